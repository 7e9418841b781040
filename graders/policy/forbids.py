"""Searches the text for what an exercise forbids: follows names through imports, aliases and helpers."""

from __future__ import annotations

import ast
import fnmatch
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graders.submission.text import parse_tree

__all__ = ["Use", "forbidden_uses", "reached"]

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_MOST = 20_000  # names followed: an honest unit has a few hundred
_FEW = 16  # meanings of one name

Names = Mapping[str, frozenset[str]]  # what a name may mean: dotted names of libraries or of the student's modules
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Use:
    """``symbol`` of the unit uses ``name`` at this line of this module."""

    symbol: str
    module: str
    line: int
    name: str


@dataclass(frozen=True)
class _Module:
    """The names that a text binds when it is loaded: what they point to, and the statements that bind them."""

    names: Names
    made: Mapping[str, tuple[ast.AST, ...]]
    stars: tuple[str, ...]


def forbidden_uses(
    texts: Mapping[str, str],
    unit: str,
    forbids: Mapping[str, Sequence[str]],
    aliases: Mapping[str, Sequence[str]],
    packages: Collection[str] = (),
) -> Iterator[Use]:
    """The first forbidden name that each exercise of the unit uses, directly or through what it calls.

    ``texts``: module → text, of the whole submission. ``forbids``: symbol → patterns; ``aliases``: symbol → spellings.
    Texts that are not Python have no uses; SubmissionError for one that cannot be read at all.
    """
    modules: dict[str, _Module] = {}
    for symbol, patterns in forbids.items():
        names = (symbol.split(".")[0], *aliases.get(symbol, ()))
        found = (
            Use(symbol, module, line, dotted)
            for module, _, uses in (reached(texts, unit, names, packages, modules) if patterns else ())
            for line, dotted in uses
            if _matches(dotted, patterns)
        )
        yield from itertools.islice(found, 1)


def reached(
    texts: Mapping[str, str],
    unit: str,
    names: Sequence[str],
    packages: Collection[str] = (),
    modules: dict[str, _Module] | None = None,
) -> Iterator[tuple[str, ast.AST, list[tuple[int, str]]]]:
    """(module, statement, its (line, dotted name) uses) for everything reachable from these names of a unit.

    ``modules`` caches what has been read for the next search in the same texts.
    """
    modules = {} if modules is None else modules
    seen: set[tuple[str, str]] = set()
    waiting = [(unit, name) for name in reversed(names)]
    while waiting and len(seen) < _MOST:
        module, name = place = waiting.pop()
        if place in seen or module not in texts:
            continue
        seen.add(place)
        if module not in modules:
            modules[module] = _read(texts[module], module)
        for node in modules[module].made.get(name, ()):
            uses = list(_uses(node, modules[module], name))
            yield module, node, uses
            for _, dotted in uses:
                waiting += _own(dotted, module, texts, packages)


def _own(dotted: str, module: str, texts: Mapping[str, str], packages: Collection[str]) -> Iterator[tuple[str, str]]:
    """The student's own (module, name) that a dotted name may mean."""
    parts = dotted.split(".")
    if not parts[0]:
        yield module, parts[1]
    for cut in range(1, len(parts)):
        place = ".".join(parts[:cut])
        if place in texts:
            yield place, parts[cut]
    if parts[0] in packages and len(parts) > 1:
        yield from ((unit, parts[-1]) for unit in sorted(texts) if "." not in unit)


def _matches(dotted: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(dotted, form) for pattern in patterns for form in (pattern, f"{pattern}.*"))


# --- one text --------------------------------------------------------------------------------------------------------


def _read(text: str, file: str) -> _Module:
    try:
        tree = parse_tree(text, file)
    except SyntaxError:
        return _Module({}, {}, ())
    made: dict[str, list[ast.AST]] = {}
    for node in _here(tree.body):
        for name in _bound(node):
            made.setdefault(name, []).append(node)
    stars = tuple(
        str(node.module)
        for nodes in made.values()
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    )
    return _Module(_pointers(_here(tree.body), {}), {name: tuple(nodes) for name, nodes in made.items()}, stars)


def _here(body: Iterable[ast.AST]) -> list[ast.AST]:
    """The nodes executed with these statements: definitions, but not the contents of functions and classes."""
    found: list[ast.AST] = []
    waiting = list(body)[::-1]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, _FUNCTION | ast.ClassDef):
            waiting += list(ast.iter_child_nodes(node))[::-1]
    return found


def _bound(node: ast.AST) -> list[str]:
    """The names that one node binds in its scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr | ast.For | ast.With):
        targets = [one for one in ast.iter_child_nodes(node) if one is not getattr(node, "value", None)]
        return [one.id for target in targets for one in _here([target]) if _stored(one)]  # type: ignore[attr-defined]
    return []


def _stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _pointers(nodes: Sequence[ast.AST], outer: Names) -> dict[str, frozenset[str]]:
    """What each name bound by these nodes may point to; a name that is defined or computed here points to nothing."""
    found: dict[str, frozenset[str]] = {}
    for _ in range(3):  # aliases of aliases, in any order
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name, dotted in _imported(node):
                    found[name] = found.get(name, NOTHING) | {dotted}
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found[node.name] = NOTHING
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                values = _dotted(node.value, {**outer, **found}, ())
                for name in _bound(node):
                    found[name] = (found.get(name, NOTHING) | values) if len(values) < _FEW else NOTHING
            else:
                for name in _bound(node):
                    found.setdefault(name, NOTHING)
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}".lstrip(".")
        else:
            yield alias.asname or alias.name.split(".")[0], alias.name if alias.asname else alias.name.split(".")[0]


def _dotted(node: ast.AST, names: Names, stars: Sequence[str]) -> frozenset[str]:
    """The dotted names that an expression may mean: ``F.softmax``, ``getattr(F, "softmax")``, ``vars(F)["softmax"]``.

    A name that no import binds starts with a dot: it belongs to the module or is a local variable.
    """
    tail: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            tail += [node.attr] if node.attr != "__dict__" else []
            node = node.value
        elif isinstance(node, ast.Subscript) and (text := _text(node.slice)):
            tail.append(text)
            node = node.value
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [_text(one) for one in node.args]
            if called == "import_module" and texts[0]:
                return frozenset({".".join([texts[0], *reversed(tail)])})
            if called == "__import__" and texts[0]:
                return frozenset({".".join([texts[0].split(".")[0], *reversed(tail)])})
            if called == "getattr" and len(texts) > 1 and texts[1]:
                tail.append(texts[1])
            elif called != "vars":
                return NOTHING
            node = node.args[0]
        else:
            return NOTHING
    heads = names.get(node.id)
    if heads is None:
        heads = frozenset({f".{node.id}", *(f"{star}.{node.id}" for star in stars)})
    return frozenset(".".join([head, *reversed(tail)]) for head in heads or {f".{node.id}"})


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


# --- uses ------------------------------------------------------------------------------------------------------------


def _uses(made: ast.AST, module: _Module, name: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) for every name that a statement uses, resolved in its own scope."""
    if isinstance(made, ast.Import | ast.ImportFrom):
        own = module.names.get(name, NOTHING)  # empty if a definition of the same name follows
        yield from ((made.lineno, dotted) for bound, dotted in _imported(made) if bound == name and dotted in own)
        return
    waiting: list[tuple[ast.AST, Names]] = [(made, module.names)]
    while waiting:
        node, names = waiting.pop()
        if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript) and not _stored(node):
            yield from ((node.lineno, dotted) for dotted in sorted(_dotted(node, names, module.stars)))
        if isinstance(node, _FUNCTION):
            names = _local(node, names)
        waiting += [(child, names) for child in ast.iter_child_nodes(node)]


def _local(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, outer: Names) -> Names:
    body: list[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else list(function.body)
    arguments = {one.arg: NOTHING for one in ast.walk(function.args) if isinstance(one, ast.arg)}
    return {**outer, **arguments, **_pointers(_here(body), {**outer, **arguments})}
