"""Which top-level statements of a notebook belong to its module: imports, definitions, constants."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

__all__ = ["bound_names", "is_import_only", "is_kept", "needed_names"]

_IMPORT = (ast.Import, ast.ImportFrom)
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CONSTANT = (
    ast.Constant,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Attribute,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.expr_context,
)
_OWN_SCOPE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def is_kept(node: ast.stmt, known: Collection[str]) -> bool:
    """Whether a statement stays. ``known`` are the names bound by statements that stay (and built-ins).

    A constant is made of literals, operators, known names and their attributes, or is a lambda; it calls nothing.
    """
    if isinstance(node, _IMPORT + _DEFINITION) or is_import_only(node):
        return True
    if isinstance(node, ast.If) and _is_constant(node.test, known):
        return _imports_only([*node.body, *node.orelse])
    if isinstance(node, ast.Assign):
        return all(map(_is_plain_target, node.targets)) and _is_constant(node.value, known)
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        names = {one.id for one in ast.walk(node.annotation) if isinstance(one, ast.Name)}
        return isinstance(node.target, ast.Name) and names <= set(known) and _is_constant(node.value, known)
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
    """Imports, and what may stand beside them in a ``try``: pass, raise, a plain fallback (``cupy = None``)."""
    found = False
    for node in body:
        if isinstance(node, _IMPORT):
            found = True
        elif isinstance(node, ast.Assign):
            if not (all(map(_is_plain_target, node.targets)) and isinstance(node.value, ast.Constant)):
                return False
        elif not isinstance(node, ast.Pass | ast.Raise):
            return False
    return found


def _is_plain_target(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_plain_target, target.elts))
    return isinstance(target, ast.Name)


def _is_constant(value: ast.expr, known: Collection[str]) -> bool:
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            waiting += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
        elif isinstance(node, ast.Name):
            if node.id not in known:
                return False
        elif isinstance(node, _CONSTANT):
            waiting += ast.iter_child_nodes(node)
        else:
            return False
    return True


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


def needed_names(node: ast.stmt) -> frozenset[str]:
    """Names that a definition reads when it is made: its bases, decorators and defaults."""
    if isinstance(node, ast.ClassDef):
        read = [*node.decorator_list, *node.bases, *(one.value for one in node.keywords)]
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [default for default in node.args.kw_defaults if default is not None]
        read = [*node.decorator_list, *node.args.defaults, *defaults]
    else:
        return frozenset()
    names: set[str] = set()
    waiting: list[ast.AST] = list(read)
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Name):
            names.add(one.id)
        elif not isinstance(one, _OWN_SCOPE):
            waiting += ast.iter_child_nodes(one)
    return frozenset(names)
