"""Whether the order of statements or loop iterations can matter, and which names mean the same thing."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

__all__ = ["aliases", "any_order", "depend", "own"]

_HARMLESS = {"len", "range", "zip", "enumerate", "int", "float", "abs", "reversed", "sum", "min", "max"}


def own(node: ast.AST) -> str:
    """``self.x``, or ""."""
    named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return f"self.{node.attr}" if named and isinstance(node, ast.Attribute) else ""


def depend(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether the order of two statements can matter: one writes what the other reads or writes, or calls something."""
    (wrote, read), (wrote_too, read_too) = _touches(first), _touches(second)
    shared = wrote & (wrote_too | read_too) or wrote_too & read
    return bool(shared) or isinstance(first, ast.Expr) or isinstance(second, ast.Expr)


def _touches(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """(names, attributes and numbered items that a statement writes, those that it reads)."""
    wrote: set[str] = set()
    read: set[str] = set()
    parts = [node.target for node in ast.walk(statement) if isinstance(node, ast.comprehension)]
    inner = {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}
    for node in ast.walk(statement):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            name = _base(node)
            grown = isinstance(statement, ast.AugAssign)
            stored = isinstance(node.ctx, ast.Store) or (grown and node is statement.target)  # type: ignore[attr-defined]
            (wrote if stored else read).add(name)
            if stored and grown:
                read.add(name)
    return wrote - inner - {"_"}, read - inner


def _base(node: ast.expr) -> str:
    """What an item belongs to: ``self.v`` for ``self.v[k]``, but ``grads[0]`` for ``grads[0][...]``."""
    while isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            break
        node = node.value
    return ast.unparse(node)


# --- loops -----------------------------------------------------------------------------------------------------------


def any_order(loop: ast.For) -> bool:
    """Whether a loop's iterations can run in any order: each writes its own items, or adds to a sum."""
    targets = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    nodes = [node for one in loop.body for node in ast.walk(one)]
    if not targets & {node.id for node in nodes if isinstance(node, ast.Name)} and _is_count(loop.iter):
        return True  # a number of equal iterations
    if any(isinstance(node, ast.Expr | ast.Return | ast.Break | ast.Yield | ast.If | ast.While) for node in nodes):
        return False
    if not all(_is_harmless(node) for node in nodes if isinstance(node, ast.Call)):
        return False
    return all(_is_own(statement, targets, nodes) for statement in nodes if isinstance(statement, ast.stmt))


def _is_count(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def _is_harmless(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Name) and call.func.id in _HARMLESS
    return named or (isinstance(call.func, ast.Attribute) and _base(call.func).startswith("np."))


def _is_own(statement: ast.stmt, targets: set[str], nodes: list[ast.AST]) -> bool:
    if isinstance(statement, ast.For | ast.Pass):
        return True
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add | ast.Sub):
        base = ast.unparse(_root(statement.target))
        reads = [node for node in nodes if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) == base]
        if len(reads) == 1:
            return True
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        return False  # it reads what the previous iteration left
    places = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", statement)]
    return all(_is_item(place, targets, nodes) for place in places)


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _is_item(place: ast.AST, targets: set[str], nodes: list[ast.AST]) -> bool:
    """``v[k]`` with the loop's k everywhere; an item of the loop's own array; or a name written before it is read."""
    if isinstance(place, ast.Name):
        uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == place.id]
        first = min(uses, key=lambda node: (node.lineno, isinstance(node.ctx, ast.Store)))
        return isinstance(first.ctx, ast.Store)
    if not isinstance(place, ast.Subscript):
        return False
    root = _root(place)
    if isinstance(root, ast.Name) and root.id in targets:
        return True
    if not {node.id for node in ast.walk(place.slice) if isinstance(node, ast.Name)} & targets:
        return False
    text, base = ast.unparse(place), ast.unparse(root)
    items = [node for node in nodes if isinstance(node, ast.Subscript) and ast.unparse(_root(node)) == base]
    return all(ast.unparse(node) == text for node in items)


# --- names -----------------------------------------------------------------------------------------------------------


def aliases(function: ast.FunctionDef) -> Mapping[frozenset[str], int]:
    """Pairs such as {x, self.x} → the line from which both mean the same, since neither is written again."""
    stored: Counter[str] = Counter()
    for node in ast.walk(function):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            stored[ast.unparse(node)] += 1
    arguments = {one.arg for one in function.args.args}
    return {
        frozenset((kept, name)): line
        for kept, name, line in _kept(function)
        if stored[kept] == 1 and stored[name] == (0 if name in arguments else 1)
    }


def _kept(function: ast.FunctionDef) -> Iterator[tuple[str, str, int]]:
    for one in function.body:
        if isinstance(one, ast.Assign) and len(one.targets) == 1:
            left, right = one.targets[0], one.value
            pairs = [(left, right)]
            if isinstance(left, ast.Tuple) and isinstance(right, ast.Tuple) and len(left.elts) == len(right.elts):
                pairs = list(zip(left.elts, right.elts, strict=True))
            for target, value in pairs:
                if own(target) and isinstance(value, ast.Name):
                    yield own(target), value.id, one.end_lineno or one.lineno
