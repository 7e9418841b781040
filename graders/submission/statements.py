"""Which top-level statements of a notebook belong to its module: imports, definitions, constants."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "CHANGED",
    "annotation_names",
    "attached_names",
    "bound_names",
    "changed_names",
    "is_import_only",
    "is_kept",
    "is_lasting",
    "needed_names",
]

Known = Mapping[str, type[ast.stmt]]  # name → the kind of statement that binds it, for kept statements
_Scope = tuple[set[str], ...]  # what a class body has bound so far, and the comprehensions in it

CHANGED = ast.Expr  # the kind of a variable that dropped code has changed

_IMPORT = (ast.Import, ast.ImportFrom)
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITION = (*_FUNCTION, ast.ClassDef)
_CONSTANT = (
    ast.Constant,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Starred,
    ast.Slice,
    ast.Attribute,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.expr_context,
)
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OWN_SCOPE = (ast.Lambda, *_COMPREHENSION)
# Calls that only make a value from literals, and that cannot fail because an experiment before them was left out:
# no ``max(losses)`` of a list that no loop has filled.
_MAKERS = {
    *("TypeVar", "ParamSpec", "NewType", "NamedTuple", "TypedDict", "namedtuple", "Enum", "IntEnum", "partial"),
    *("float", "int", "range", "object", "sqrt", "log", "exp", "array", "tensor", "device", "is_available"),
    *("float32", "float64", "int32", "int64", "dtype", "finfo", "iinfo", "default_rng", "RandomState"),
}


def is_kept(node: ast.stmt, known: Known) -> bool:
    """Whether a statement is kept.

    A constant consists of literals, operators, known names and their attributes, or is a lambda; it calls only what
    makes types, numbers and the like. It may be attached to a definition (``Affine.forward = forward``).
    """
    if isinstance(node, ast.If) and _is_constant(node.test, known):
        body = [*node.body, *node.orelse]
        return _imports_only(body) or all(_is_plain(one, known) for one in body)
    return _is_plain(node, known)


def _is_plain(node: ast.stmt, known: Known) -> bool:
    if isinstance(node, _IMPORT + _DEFINITION) or is_import_only(node):
        return True
    if isinstance(node, ast.Assign):
        written_out = isinstance(node.value, ast.Tuple | ast.List)  # else the number of items may differ
        targets = all(_is_plain_target(one, known, several=written_out) for one in node.targets)
        return targets and _is_constant(node.value, known)
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return isinstance(node.target, ast.Name) and _is_constant(node.value, known)
    return False


def is_import_only(node: ast.stmt) -> bool:
    """An import, or ``try: import … except ImportError: …`` around imports."""
    if isinstance(node, _IMPORT):
        return True
    if isinstance(node, ast.Try):
        handled = [one for handler in node.handlers for one in handler.body]
        return _imports_only([*node.body, *handled, *node.orelse, *node.finalbody])
    return False


def _imports_only(body: Iterable[ast.stmt]) -> bool:
    """Imports, and what may accompany them in a ``try``: pass, raise, a plain fallback (``cupy = None``)."""
    found = False
    for node in body:
        if isinstance(node, _IMPORT):
            found = True
        elif isinstance(node, ast.Assign):
            if not (all(_is_plain_target(one, {}) for one in node.targets) and isinstance(node.value, ast.Constant)):
                return False
        elif not isinstance(node, ast.Pass | ast.Raise):
            return False
    return found


def _is_plain_target(target: ast.expr, known: Known, *, several: bool = True) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return several and all(_is_plain_target(one, known) for one in target.elts)
    return isinstance(target, ast.Name) or _owner(target, known) is not None


def _owner(target: ast.AST, known: Known) -> str | None:
    """The definition to which an assignment attaches something."""
    name = target.value.id if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) else ""
    return name if issubclass(known.get(name, ast.Pass), _DEFINITION) else None


def _is_constant(value: ast.expr, known: Known) -> bool:
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            waiting += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
        elif isinstance(node, ast.Call):
            if _last_name(node.func) not in _MAKERS:
                return False
            waiting += [node.func, *node.args, *(one.value for one in node.keywords)]
        elif isinstance(node, ast.Subscript):
            if not _is_type(node, known):
                return False
            waiting += [node.value, node.slice]
        elif isinstance(node, ast.Name):
            if known.get(node.id, CHANGED) is CHANGED:
                return False
        elif isinstance(node, _CONSTANT):
            waiting += ast.iter_child_nodes(node)
        else:
            return False
    return True


def _is_type(node: ast.Subscript, known: Known) -> bool:
    """``list[float]``, ``npt.NDArray[T]``: not an item of a variable or of the machine (``os.environ["HOME"]``)."""
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    outside = isinstance(node.value, ast.Attribute) and isinstance(node.slice, ast.Constant)
    return isinstance(root, ast.Name) and is_lasting(root.id, known) and not outside


def is_lasting(name: str, known: Known) -> bool:
    """Whether a name is imported, defined or built in, and so not a variable."""
    return issubclass(known.get(name, ast.Pass), _IMPORT + _DEFINITION)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def bound_names(node: ast.stmt) -> frozenset[str]:
    """The module names that a top-level statement binds; "*" for ``from m import *``."""
    if isinstance(node, _DEFINITION):
        return frozenset({node.name})
    names = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, _IMPORT):
            names |= {alias.asname or alias.name.split(".")[0] for alias in one.names}
        elif isinstance(one, _DEFINITION):
            names.add(one.name)
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            names.add(one.id)
        elif not isinstance(one, _OWN_SCOPE):
            waiting += ast.iter_child_nodes(one)
    return frozenset(names)


def changed_names(node: ast.stmt) -> frozenset[str]:
    """Names that a statement binds, or whose value it may change: through items, attributes or methods."""
    parts = (one for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Subscript))
    return bound_names(node) | {part.value.id for part in parts if isinstance(part.value, ast.Name)}


def attached_names(node: ast.stmt, known: Known) -> tuple[str, ...]:
    """``Affine.forward`` of ``Affine.forward = …``, if Affine is a definition."""
    targets = node.targets if isinstance(node, ast.Assign) else ()
    return tuple(f"{_owner(one, known)}.{_last_name(one)}" for one in targets if _owner(one, known))


def annotation_names(node: ast.stmt) -> frozenset[str]:
    """Names that the annotations in a statement read."""
    annotations = [getattr(one, name, None) for one in ast.walk(node) for name in ("annotation", "returns")]
    nodes = [one for annotation in annotations if annotation is not None for one in ast.walk(annotation)]
    return frozenset(one.id for one in nodes if isinstance(one, ast.Name))


def needed_names(node: ast.stmt) -> frozenset[str]:
    """Names that a definition reads when it is executed: bases, decorators, defaults, and what a class body reads."""
    names: set[str] = set()
    waiting: list[tuple[ast.AST, _Scope]] = [(node, (set(),))]
    while waiting:
        one, own = waiting.pop()
        if not isinstance(one, ast.Name):
            waiting += reversed(list(_evaluated(one, own)))
        elif isinstance(one.ctx, ast.Store):
            own[-1].add(one.id)
        elif not any(one.id in bound for bound in own):
            names.add(one.id)
    return frozenset(names)


def _evaluated(node: ast.AST, own: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
    """The parts of a node that are evaluated immediately, in order, each with its scope."""
    if isinstance(node, _COMPREHENSION):
        own = (*own, set())
    parts: list[ast.AST | None] = []
    body: list[ast.stmt] = []
    if isinstance(node, (*_FUNCTION, ast.Lambda)):
        parts = [*getattr(node, "decorator_list", ()), *node.args.defaults, *node.args.kw_defaults]
    elif isinstance(node, ast.ClassDef):
        parts, body = [*node.decorator_list, *node.bases, *(one.value for one in node.keywords)], node.body
    elif not isinstance(node, _IMPORT):
        fields = sorted(node._fields, key=lambda name: name not in ("value", "iter", "generators"))
        values = [getattr(node, name, None) for name in fields if name != "annotation"]
        parts = [one for value in values for one in (value if isinstance(value, list) else [value])]
    yield from ((one, own) for one in parts if isinstance(one, ast.AST))
    inner: _Scope = ({"__module__", "__qualname__"},)
    yield from ((one, inner) for one in body)
    if isinstance(node, _DEFINITION + _IMPORT):
        yield from ((ast.Name(name, ast.Store()), own) for name in bound_names(node))
