"""The scope of every node in a source: whether a name means a built-in or something of the author's own."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Scope", "walk_scopes"]

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Scope:
    """A module, class, function or lambda and the names bound in it."""

    kind: str  # "module" | "class" | "function"
    name: str
    bound: frozenset[str]
    outer: Scope | None = None

    def binds(self, name: str) -> bool:
        """Whether the name is the author's own here; methods do not see their class body."""
        if name in self.bound:
            return True
        scope = self.outer
        while scope is not None:
            if scope.kind != "class" and name in scope.bound:
                return True
            scope = scope.outer
        return False

    def functions(self) -> Iterator[str]:
        """Names of the functions around this place, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            if scope.kind == "function":
                yield scope.name
            scope = scope.outer


def walk_scopes(tree: ast.Module, guarded: Collection[str]) -> Iterator[tuple[ast.AST, Scope]]:
    """Every node with its scope, without recursion. ``x = eval`` does not make ``x`` or ``eval`` the author's own:
    a binding whose value reads a guarded name does not count for guarded names."""
    waiting: list[tuple[ast.AST, Scope]] = [(tree, Scope("module", "", _bound(tree.body, guarded)))]
    while waiting:
        node, scope = waiting.pop()
        yield node, scope
        if isinstance(node, _FUNCTION | ast.Lambda):
            arguments = _argument_names(node.args)
            body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
            name = "" if isinstance(node, ast.Lambda) else node.name
            inner = Scope("function", name, arguments | _bound(body, guarded), scope)
            outside = [child for child in ast.iter_child_nodes(node) if child not in body]
        elif isinstance(node, ast.ClassDef):
            body = [*node.body]
            inner = Scope("class", node.name, _bound(body, guarded), scope)
            outside = [*node.decorator_list, *node.bases, *node.keywords]
        else:
            body, inner, outside = [], scope, list(ast.iter_child_nodes(node))
        waiting += [(child, scope) for child in outside] + [(child, inner) for child in body]


def _argument_names(arguments: ast.arguments) -> frozenset[str]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return frozenset(one.arg for one in named)


def _bound(body: Iterable[ast.AST], guarded: Collection[str]) -> frozenset[str]:
    """Names that these statements bind, without those inside functions and classes."""
    names: set[str] = set()
    foreign: set[str] = set()
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _FUNCTION | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Global | ast.Nonlocal):
            foreign |= set(node.names)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and _reads(node.value, guarded):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            waiting += [one for one in targets if not (isinstance(one, ast.Name) and one.id in guarded)]
            continue
        waiting += ast.iter_child_nodes(node)
    return frozenset(names - foreign)


def _reads(value: ast.expr | None, guarded: Collection[str]) -> bool:
    nodes = ast.walk(value) if value is not None else iter(())
    return any(isinstance(node, ast.Name) and node.id in guarded for node in nodes)
