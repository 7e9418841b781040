"""Rules on sources: what staff should look at in a student's text; advice, not a security boundary, costs no points."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from graders.policy.scopes import Scope, walk_scopes
from graders.spec.profile import Compatibility
from graders.submission.refusal import excerpt, refusal
from graders.submission.text import MAX_TEXT_KB, parse_tree

__all__ = ["Flag", "check_source"]


NOTHING = Compatibility()
MAX_FLAGS = 100  # more tell staff nothing new


@dataclass(frozen=True)
class Flag:
    """One place in the text: its line, the rule, and what is there. Sorted by line."""

    line: int
    rule: str  # "import" | "builtin" | "introspection" | "system" | "patch"
    what: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The parts of the standard library that homework uses and that open nothing.
_HARMLESS = _words(
    "__future__ abc array bisect cmath collections contextlib copy dataclasses datetime decimal enum fractions "
    "functools heapq itertools json logging math numbers operator pprint random re statistics string textwrap time "
    "types typing typing_extensions warnings"
)
# What the books' code imports for plots, data and saved weights: useless here, but harmless.
_INERT = _words(
    "matplotlib japanize_matplotlib koreanize_matplotlib mpl_toolkits pylab seaborn PIL IPython tqdm pickle gzip "
    "urllib cupy google"
)
_SYSTEM = {
    "sys": _words(
        "path version version_info maxsize float_info int_info platform byteorder stdout stderr exit argv getsizeof "
        "setrecursionlimit getrecursionlimit"
    ),
    "os": _words("path pardir curdir sep linesep getcwd makedirs mkdir environ"),
}
_BUILTINS = _words("exec eval compile __import__ open input globals vars breakpoint __builtins__ __loader__ __spec__")
_INTROSPECTION = _words(
    "__subclasses__ __globals__ __builtins__ __code__ __closure__ __mro__ __base__ __bases__ __loader__ __spec__ "
    "__import__ __self__ __traceback__ __reduce__ __reduce_ex__ f_back f_globals f_locals f_builtins f_code gi_frame "
    "gi_code cr_frame ag_frame tb_frame tb_next _getframe"
)
_NUMPY_DOORS = _words("ctypeslib f2py distutils")
# Modules that other modules contain: an attribute with such a name leads out of any object it is taken from …
_DOORS = _words("os sys builtins ctypes ctypeslib f2py importlib linecache subprocess")
# … and these do so if it is taken from a module.
_DOORS_OF_MODULES = _words("io codecs inspect socket distutils")
_CLOSED = {"pickle": _words("loads Unpickler"), "types": _words("CodeType FunctionType")}
_PATCHED = _words("numpy sys os math random builtins")
_SAVES = frozenset({"save_params", "load_params", "init_network"})  # the books' models open files there
_FORMAT_WALK = re.compile(r"\.__(?:globals|subclasses|builtins|code|mro|bases?|closure|self)__")


def check_source(
    text: str,
    allowed_imports: Iterable[str],
    unit_names: Iterable[str],
    *,
    own: Iterable[str] = (),
    compatibility: Compatibility = NOTHING,
    file: str = "source",
) -> tuple[Flag, ...]:
    """Flags in the exact text that runs, by line; () for a text that is not Python.

    ``allowed_imports``: libraries of the unit; ``unit_names`` and ``own``: the student's units and helper modules.
    Course packages (``compatibility``) may be imported, and names that NumPy has dropped may be restored.
    SubmissionError for a text too long or too deeply nested to read.
    """
    tree = _tree(text, file)
    if tree is None:
        return ()
    nodes = list(ast.walk(tree))
    allowed = {"numpy", *compatibility.packages, *allowed_imports, *unit_names, *(name.split(".")[0] for name in own)}
    old_numpy = frozenset(compatibility.numpy_names)
    context = _Context(_module_names(nodes), frozenset(allowed), _attribute_bases(nodes), old_numpy)
    guarded = any(isinstance(node, ast.Name) and node.id in _BUILTINS for node in nodes)
    scoped = walk_scopes(tree, _BUILTINS) if guarded else ((node, _NOWHERE) for node in nodes)  # most texts have none
    found = [
        Flag(getattr(node, "lineno", 1), rule, what)
        for node, scope in scoped
        for rule, what in _rules(node, scope, context)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.line, one.rule, one.what))[:MAX_FLAGS])


def _tree(text: str, file: str) -> ast.Module | None:
    if len(text) > MAX_TEXT_KB << 10:
        raise refusal("source.long", file=file, size_kb=len(text) >> 10, limit_kb=MAX_TEXT_KB)
    try:
        return parse_tree(text, file)
    except SyntaxError:
        return None


@dataclass(frozen=True)
class _Context:
    """What the rules know about the whole text."""

    modules: Mapping[str, str]  # name → the library module that any import binds to it
    allowed: frozenset[str]
    bases: frozenset[int]  # id() of the names that an attribute is taken from
    old_numpy: frozenset[str]  # np.int = int, a repair of old code


_NOWHERE = Scope("module", "", frozenset())


def _attribute_bases(nodes: Iterable[ast.AST]) -> frozenset[int]:
    return frozenset(id(node.value) for node in nodes if isinstance(node, ast.Attribute))


def _module_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    names = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names |= {alias.asname or alias.name: "os.path" for alias in node.names if alias.name == "path"}
    return names


def _imported(node: ast.Import | ast.ImportFrom) -> tuple[str, ...]:
    if isinstance(node, ast.Import):
        return tuple(alias.name for alias in node.names)
    return (node.module or "",) if not node.level else ()


Rules = Iterator[tuple[str, str]]


def _rules(node: ast.AST, scope: Scope, context: _Context) -> Rules:
    if isinstance(node, ast.Name):
        yield from _name_rules(node, scope, context)
    elif isinstance(node, ast.Attribute):
        yield from _attribute_rules(node, context.modules)
    elif isinstance(node, ast.Call):
        yield from _call_rules(node, context)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield from _string_rules(node.value)
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
        yield from _patch_rules(node, context)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from _import_rules(node, context.allowed)


def _import_rules(node: ast.Import | ast.ImportFrom, allowed: Collection[str]) -> Rules:
    for module in _imported(node):
        top, *rest = module.split(".")
        is_known = top in _HARMLESS | _INERT or any(f"{module}.".startswith(f"{one}.") for one in allowed)
        if top in _SYSTEM:
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set(rest)
            doors = names & _SYSTEM.keys() if rest and isinstance(node, ast.ImportFrom) else names - _SYSTEM[top]
            yield from (("system", f"{top}.{name}") for name in sorted(doors))
            continue
        brought = frozenset(alias.name for alias in node.names if isinstance(node, ast.ImportFrom))
        closed = brought & (_DOORS | _DOORS_OF_MODULES) if top == "numpy" or top not in allowed else frozenset()
        closed |= brought & _CLOSED.get(module, frozenset())
        yield from (("system", f"{module}.{name}") for name in sorted(closed))
        if not is_known or (top == "numpy" and set(rest) & _NUMPY_DOORS):
            yield "import", f"import {module}"


def _name_rules(node: ast.Name, scope: Scope, context: _Context) -> Rules:
    if not isinstance(node.ctx, ast.Load):
        return
    if context.modules.get(node.id) in _SYSTEM and id(node) not in context.bases:
        yield "system", node.id  # `s = sys`: under another name it escapes the rules on attributes
    elif node.id in _BUILTINS and not scope.binds(node.id) and not _saves(node.id, scope):
        yield "builtin", node.id


def _saves(name: str, scope: Scope) -> bool:
    return name == "open" and not _SAVES.isdisjoint(scope.functions())


def _attribute_rules(node: ast.Attribute, modules: Mapping[str, str]) -> Rules:
    module = modules.get(node.value.id, "") if isinstance(node.value, ast.Name) else ""
    if node.attr in _INTROSPECTION:
        yield "introspection", node.attr
    elif node.attr == "__class__" and isinstance(node.value, ast.Attribute) and node.value.attr == "__class__":
        yield "introspection", "__class__.__class__"
    elif node.attr == "__dict__" and module:
        yield "introspection", f"{module}.__dict__"
    elif module in _SYSTEM:
        if node.attr not in _SYSTEM[module]:
            yield "system", f"{module}.{node.attr}"
    elif module == "numpy" and node.attr in _NUMPY_DOORS:
        yield "import", f"numpy.{node.attr}"
    elif node.attr in _DOORS and _root(node) != "self":
        yield "system", node.attr  # os.path.os, dataclasses.builtins
    elif node.attr in _DOORS_OF_MODULES and _root(node) in modules:
        yield "system", node.attr
    elif node.attr in _CLOSED.get(module, ()):
        yield "system", f"{module}.{node.attr}"
    elif module in _HARMLESS | {"numpy"} and node.attr.startswith("_") and not node.attr.startswith("__"):
        yield "introspection", f"{module}.{node.attr}"


def _call_rules(node: ast.Call, context: _Context) -> Rules:
    if not isinstance(node.func, ast.Name) or node.func.id not in ("getattr", "setattr", "delattr", "hasattr"):
        return
    if len(node.args) < 2:
        return
    module = context.modules.get(node.args[0].id, "") if isinstance(node.args[0], ast.Name) else ""
    name = _text_of(node.args[1])
    if name in _BUILTINS | _INTROSPECTION and name not in ("input", "open", "compile"):
        yield "introspection", f'{node.func.id}(…, "{name}")'
    elif module and name in _DOORS | _DOORS_OF_MODULES:
        yield "system", f"{module}.{name}"
    elif module and name is None:
        yield "introspection", f"{node.func.id}({module}, …)"
    elif module and node.func.id in ("setattr", "delattr") and name not in context.old_numpy:
        yield "patch", f"{module}.{name}"


def _text_of(node: ast.expr) -> str | None:
    """A literal string, also in pieces; None for a computed one."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    pieces: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add):
            waiting += [one.right, one.left]
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            pieces.append(one.value)
        else:
            return None
    return "".join(pieces)


def _string_rules(value: str) -> Rules:
    """Names that lead elsewhere, passed as text to ``getattr``, ``attrgetter`` or ``format``."""
    dotted = set(value.split(".")) if len(value) < 200 and re.fullmatch(r"[\w.]+", value) else set()
    if dotted & _INTROSPECTION or _FORMAT_WALK.search(value):
        yield "introspection", excerpt(value)


def _patch_rules(node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete, context: _Context) -> Rules:
    targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target]
    for target in targets:
        if isinstance(target, ast.Attribute) and context.modules.get(_root(target), "").split(".")[0] in _PATCHED:
            top = context.modules[_root(target)]
            repair = top == "numpy" and target.attr in context.old_numpy
            if not repair and (top, target.attr) != ("sys", "path"):
                yield "patch", f"{excerpt(_dotted(target))} = …"


def _dotted(node: ast.expr) -> str:
    """``a.b.c`` as text; ``ast.unparse`` cannot recurse through a chain of a thousand."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join(reversed([*names, node.id if isinstance(node, ast.Name) else "…"]))


def _root(node: ast.expr) -> str:
    """The first name of ``a.b.c``; "" for anything else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
