"""Builds the outline of a text. Grading runs this in the limited process; nothing in the text is executed."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from graders.lazy import Lazy
from graders.outline.model import Class, Function, Lines, Outline

__all__ = ["outline_of"]

MAX_DEFINITIONS = 500  # of a text
MAX_NAMES = 40  # of one sort in one function
LONGEST_NAME = 60

_CHANGES = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "clear", "fill"}
_MUTABLE = {"dict", "list", "set", "defaultdict", "OrderedDict", "deque", "zeros", "ones", "empty", "full", "array"}
_Definition = ast.FunctionDef | ast.AsyncFunctionDef


def outline_of(text: str, known: Collection[str] = (), lazily: bool = False) -> Outline | None:
    """The outline of a source; None if it is not Python or too large to read.

    ``known``: names of its module that other sources (cells) bind. ``lazily``: each definition is read on demand; for
    most of them, a check never demands it.
    """
    try:
        tree = ast.parse(text)
        classes: dict[str, Callable[[], Class]] = {}
        functions: dict[str, Callable[[], Function]] = {}
        room = iter(range(MAX_DEFINITIONS))
        bound = {name for node in _margin(tree.body) if not _defines(node) for name, _ in _bound(node)} | {*known}
        for node in _margin(tree.body):
            if isinstance(node, ast.ClassDef) and _short(node.name) and next(room, None) is not None:
                classes[node.name] = partial(_class, node, bound, room)
                functions.pop(node.name, None)
            elif isinstance(node, _Definition) and _short(node.name) and next(room, None) is not None:
                functions[node.name] = partial(_function, node, bound, "")
                classes.pop(node.name, None)
        if lazily:
            return Outline(Lazy(classes), Lazy(functions))
        return Outline(
            {name: make() for name, make in classes.items()}, {name: make() for name, make in functions.items()}
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    finally:
        _nodes.cache_clear()


@functools.lru_cache(maxsize=64)
def _nodes(node: ast.AST) -> tuple[ast.AST, ...]:
    """Every node in a node, like ``ast.walk`` without operators; cached, as a function is searched several times."""
    found = [node]
    for one in found:
        found += _children(one)
    return tuple(found)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Without operators and contexts (``Load``), which are most of the nodes and tell nothing here."""
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            yield from (one for one in value if isinstance(one, ast.AST))
        elif isinstance(value, ast.AST) and value._fields:
            yield value


def _margin(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The top-level statements, including those under a top-level ``if`` or ``try``."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from (*node.body, *node.orelse)


def _defines(node: ast.stmt) -> bool:
    return isinstance(node, _Definition | ast.ClassDef)


def _short(name: str) -> bool:
    return len(name) <= LONGEST_NAME


# --- classes ---------------------------------------------------------------------------------------------------------


def _class(node: ast.ClassDef, bound: set[str], room: Iterator[int]) -> Class:
    nodes = [one for one in node.body if isinstance(one, _Definition) and _short(one.name)]
    methods = {one.name: _function(one, bound, node.name) for one in nodes if next(room, None) is not None}
    bases = [one for one in node.bases if not (isinstance(one, ast.Name) and one.id == "object")]
    return Class(node.name, node.lineno, bool(bases), methods, _first(_class_state(node, nodes, methods)))


def _class_state(
    node: ast.ClassDef, nodes: Sequence[_Definition], methods: dict[str, Function]
) -> Iterator[tuple[str, int]]:
    """Class attributes that its methods change, unless a method gives the instance its own."""
    kept = {
        target.id
        for one in node.body
        if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None and _is_mutable(one.value)
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Name)
    }
    own = {name for method in methods.values() for name in method.sets}
    for method in nodes:
        owner = _self_of(method)
        for changed, line in _changed(method):
            if isinstance(changed, ast.Attribute) and changed.attr in kept:
                mine = _is_named(changed.value, owner) and changed.attr not in own
                if mine or _is_the_class(changed.value, node.name, owner):
                    yield changed.attr, line
        counted = {id(one.target) for one in _nodes(method) if isinstance(one, ast.AugAssign)}
        for target, line in _targets(method):
            if not isinstance(target, ast.Attribute) or id(target) in counted:
                continue
            if _is_the_class(target.value, node.name, owner):
                yield target.attr, line


def _is_the_class(node: ast.expr, name: str, owner: str) -> bool:
    """``AdaGrad``, ``cls``, ``type(self)`` or ``self.__class__``."""
    if isinstance(node, ast.Call):
        return _is_named(node.func, "type") and len(node.args) == 1 and _is_named(node.args[0], owner)
    if isinstance(node, ast.Attribute):
        return node.attr == "__class__"
    return isinstance(node, ast.Name) and node.id in (name, "cls")


def _is_mutable(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in _MUTABLE
    return isinstance(node, ast.Dict | ast.List | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


# --- functions -------------------------------------------------------------------------------------------------------


def _function(node: _Definition, bound: set[str], owner: str) -> Function:
    given = node.args
    by_place = [*given.posonlyargs, *given.args]
    needed = len(by_place) - len(given.defaults)
    arguments = [f"{one.arg}{'=' if place >= needed else ''}" for place, one in enumerate(by_place)]
    more = given.vararg or given.kwarg or given.kwonlyargs or node.decorator_list
    local = {one.arg: node.lineno for one in by_place}
    declared = {name for one in _nodes(node) if isinstance(one, ast.Global) for name in one.names}
    local |= {name: line for name, line in _bound(node) if name not in declared}
    own = _self_of(node) if owner else ""
    attributes = [one for one in _nodes(node) if isinstance(one, ast.Attribute) and own and _is_named(one.value, own)]
    names = {one.arg for one in by_place if one.arg != own}
    return Function(
        node.name,
        node.lineno,
        node.end_lineno or node.lineno,
        tuple(one for one in arguments if _short(one))[:MAX_NAMES],
        bool(more) or len(arguments) > MAX_NAMES or not all(map(_short, arguments)),
        not all(map(_is_placeholder, node.body)),
        any(map(_gives, _own_nodes(node))),
        _line(one for one in _own_nodes(node) if _calls(one, "print")),
        _line(one for one in _nodes(node) if _calls_itself(one, node.name, own)),
        _first(local.items()),
        _first((one.attr, one.lineno) for one in attributes if isinstance(one.ctx, ast.Store)),
        _first(_blank(node, own)),
        _first((one.attr, one.lineno) for one in attributes if isinstance(one.ctx, ast.Load)),
        _first(_module_state(node, declared, bound - set(local))),
        _first((one.id, line) for one, line in _changed(node) if isinstance(one, ast.Name) and one.id in names),
    )


def _blank(node: _Definition, own: str) -> Iterator[tuple[str, int]]:
    """Attributes of ``self`` that are set to None."""
    for one in _nodes(node):
        if isinstance(one, ast.Assign) and _is_constant(one.value, None):
            for target in one.targets:
                if isinstance(target, ast.Attribute) and own and _is_named(target.value, own):
                    yield target.attr, one.lineno


def _module_state(node: _Definition, declared: set[str], bound: set[str]) -> Iterator[tuple[str, int]]:
    """Module names that this function rebinds (``global``) or changes in place."""
    for target, line in _targets(node):
        if isinstance(target, ast.Name) and target.id in declared:
            yield target.id, line
    for changed, line in _changed(node):
        if isinstance(changed, ast.Name) and changed.id in declared | bound:
            yield changed.id, line


def _self_of(node: _Definition) -> str:
    given = [*node.args.posonlyargs, *node.args.args]
    return given[0].arg if given else ""


def _own_nodes(node: _Definition) -> Iterator[ast.AST]:
    """Everything in a function except nested functions' contents."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, _Definition | ast.Lambda | ast.ClassDef):
            waiting += _children(one)


def _gives(node: ast.AST) -> bool:
    if isinstance(node, ast.Yield | ast.YieldFrom):
        return True
    return isinstance(node, ast.Return) and node.value is not None and not _is_constant(node.value, None)


def _is_placeholder(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return _is_named(raised, "NotImplementedError")
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Return) and (node.value is None or _is_constant(node.value, None))
    )


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_named(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and _is_named(node.func, name)


def _calls_itself(node: ast.AST, name: str, own: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if own:
        return isinstance(called, ast.Attribute) and called.attr == name and _is_named(called.value, own)
    return _is_named(called, name)


# --- what is bound and changed ---------------------------------------------------------------------------------------


def _bound(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Names bound anywhere in a node."""
    for one in _nodes(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id, one.lineno


def _targets(node: _Definition) -> Iterator[tuple[ast.expr, int]]:
    """All assignment targets in a function."""
    for one in _nodes(node):
        if isinstance(one, ast.Name | ast.Attribute | ast.Subscript) and isinstance(one.ctx, ast.Store):
            yield one, one.lineno


def _changed(node: _Definition) -> Iterator[tuple[ast.expr, int]]:
    """What is changed in place: ``h`` in ``h[k] = …``, ``h += …``, ``h.append(…)``, ``np.f(…, out=h)``."""
    for one in _nodes(node):
        if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store | ast.Del):
            yield _root(one), one.lineno
        elif isinstance(one, ast.AugAssign):
            yield _root(one.target), one.lineno
        elif isinstance(one, ast.Call):
            if isinstance(one.func, ast.Attribute) and one.func.attr in _CHANGES:
                yield _root(one.func.value), one.lineno
            yield from ((_root(word.value), one.lineno) for word in one.keywords if word.arg == "out")


def _root(node: ast.expr) -> ast.expr:
    """``self.h`` of ``self.h[k][0]``."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _line(nodes: Iterable[ast.AST]) -> int:
    """The line of the first of these, 0 if there is none."""
    return min((one.lineno for one in nodes if isinstance(one, ast.expr)), default=0)


def _first(pairs: Iterable[tuple[str, int]]) -> Lines:
    """The first line of each name, for at most a fixed number of names."""
    found: dict[str, int] = {}
    for name, line in pairs:
        if _short(name) and name not in found and len(found) < MAX_NAMES:
            found[name] = line
    return found
