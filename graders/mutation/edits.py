"""Slips in one expression: operators, signs, constants, calls, indices."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from graders.mutation.order import any_order
from graders.mutation.source import Edit, Lines, operand

__all__ = ["RULES"]

_OPERATORS: Mapping[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-",),
    ast.Sub: ("+",),
    ast.Mult: ("/", "+"),
    ast.Div: ("*",),
    ast.FloorDiv: ("/",),
    ast.Mod: ("//",),
    ast.Pow: ("*",),
    ast.MatMult: (),
}
_SYMBOLS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv)
_COMPARED: Mapping[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
_REDUCED = ("sum", "mean", "max")
_CALLED = {
    **{name: tuple(other for other in _REDUCED if other != name) for name in _REDUCED},
    "min": ("max",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "ones": ("zeros",),
    "ones_like": ("zeros_like",),
    "tanh": ("sigmoid",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "var": ("std",),
    "std": ("var",),
}
_PLAIN = {"copy"}  # methods that may be dropped, each a mutant of its own
_UNSIGNED = {"zeros", "zeros_like", "empty", "empty_like"}  # −0 is 0, and an empty array has no sign
_SYMMETRIC = {"logaddexp", "maximum", "minimum", "swapaxes", "add", "multiply"}


def _operators(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if not isinstance(node, ast.BinOp):
        return
    left, right = operand(node.left, lines), operand(node.right, lines)
    for symbol in _OPERATORS.get(type(node.op), ()):
        yield "operator", node, f"({left} {symbol} {right})"
    yield "right part dropped", node, f"({left})"
    yield "left part dropped", node, f"(-{right})" if isinstance(node.op, ast.Sub) else f"({right})"
    if isinstance(node.op, _ORDERED):
        yield "operands exchanged", node, f"({right} {_SYMBOLS[type(node.op)]} {left})"


def _signs(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node, f"({lines.text(node.operand)})"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "condition", node, f"({lines.text(node.operand)})"
    elif (
        isinstance(node, ast.Assign | ast.AugAssign | ast.Return)
        and isinstance(node.value, ast.BinOp | ast.Call | ast.Name)
        and _called(node.value) not in _UNSIGNED
    ):
        yield "sign", node.value, f"-({lines.text(node.value)})"


def _conditions(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = operand(node.left, lines), operand(node.comparators[0], lines)
        for symbol in _COMPARED.get(type(node.ops[0]), ()):
            yield "comparison", node, f"{left} {symbol} {right}"
    elif isinstance(node, ast.BoolOp):
        word = "or" if isinstance(node.op, ast.And) else "and"
        yield "condition", node, "(" + f" {word} ".join(operand(one, lines) for one in node.values) + ")"
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition", node.test, f"not ({lines.text(node.test)})"


def _called(node: ast.AST) -> str:
    """The name of what is called, or ""."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def _constants(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    """A constant and its sign count as one constant: −1 becomes 0 or −2."""
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    inner = node.operand if negative else node  # type: ignore[attr-defined]
    if not isinstance(inner, ast.Constant):
        return
    if isinstance(inner.value, bool):
        yield "constant", node, str(not inner.value)
    elif isinstance(inner.value, int):
        value = -inner.value if negative else inner.value
        yield from (("constant", node, f"({value + step})") for step in (1, -1))
    elif isinstance(inner.value, float):
        text = lines.text(node)
        yield from (("constant", node, new) for new in (f"({text} * 2)", f"({text} + 1)", "0.0"))


def _attributes(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose", node, lines.text(node.value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        left, right = operand(node.left, lines), operand(node.right, lines)
        yield "transpose", node, f"({left}.T @ {right})"
        yield "transpose", node, f"({left} @ {right}.T)"
        yield "product of entries", node, f"({left} * {right})"
    elif isinstance(node, ast.Attribute) and node.attr in _CALLED:
        for other in _CALLED[node.attr]:
            yield "function", node, f"{lines.text(node.value)}.{other}"


def _calls(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if not isinstance(node, ast.Call):
        return
    inner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute) and node.func.attr in _PLAIN and inner is not None:
        yield "copy missing", node, lines.text(inner)
    if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield "call dropped", node, f"({lines.text(node.args[0])})"
    if inner is not None and not (isinstance(inner, ast.Name) and inner.id in ("np", "self", "torch")):
        yield "call dropped", node, lines.text(inner)
    for place in range(len(node.args) - 1 if _called(node) not in _SYMMETRIC else 0):
        pair = [lines.text(arg) for arg in node.args]
        pair[place], pair[place + 1] = pair[place + 1], pair[place]
        yield "arguments exchanged", node, _call(node, pair, [_keyword(one, lines) for one in node.keywords], lines)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg not in (None, "strict"):  # strict only guards, it computes nothing
            yield from _keyword_edits(node, place, lines)


def _keyword_edits(node: ast.Call, place: int, lines: Lines) -> Iterator[Edit]:
    keyword, args = node.keywords[place], [lines.text(arg) for arg in node.args]
    others = [_keyword(one, lines) for one in node.keywords]
    yield f"{keyword.arg} dropped", node, _call(node, args, others[:place] + others[place + 1 :], lines)
    if keyword.arg == "axis":
        value = keyword.value
        now = value.value if isinstance(value, ast.Constant) else None
        for axis in ("1", "None") if now == 0 else ("0", "None") if now is not None else ("0",):
            yield "axis", value, axis


def _call(node: ast.Call, args: list[str], keywords: list[str], lines: Lines) -> str:
    return f"{lines.text(node.func)}({', '.join([*args, *keywords])})"


def _keyword(keyword: ast.keyword, lines: Lines) -> str:
    return f"{keyword.arg}={lines.text(keyword.value)}" if keyword.arg else f"**{lines.text(keyword.value)}"


def _indices(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name | ast.BinOp):
        text = lines.text(node.slice)
        yield from (("index", node.slice, f"{text} {step}") for step in ("+ 1", "- 1"))
    elif isinstance(node, ast.Slice):
        for bound in (node.lower, node.upper):
            if bound is not None and not isinstance(bound, ast.Constant):
                yield from (("index", bound, f"{operand(bound, lines)} {step}") for step in ("+ 1", "- 1"))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        for arg in node.args:
            if not isinstance(arg, ast.Constant):
                yield from (("range", arg, f"{operand(arg, lines)} {step}") for step in ("+ 1", "- 1"))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reversed" and node.args:
        yield "direction", node, lines.text(node.args[0])
    elif isinstance(node, ast.For) and _called(node.iter) not in ("", "reversed") and not any_order(node):
        yield "direction", node.iter, f"list({lines.text(node.iter)})[::-1]"


def _assigned(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if isinstance(node, ast.AugAssign):
        target, value = lines.text(node.target), lines.text(node.value)
        yield "= for an update", node, f"{target} = {value}"
        for symbol in _OPERATORS.get(type(node.op), ()):
            yield "operator", node, f"{target} {symbol}= {value}"
    elif isinstance(node, ast.Assign) and len(node.targets) == 1 and not isinstance(node.targets[0], ast.Tuple):
        yield "update for =", node, f"{lines.text(node.targets[0])} += {lines.text(node.value)}"


def _tuples(node: ast.AST, lines: Lines) -> Iterator[Edit]:
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        parts = [lines.text(one) for one in node.value.elts]
        for place in range(len(parts) - 1):
            other = list(parts)
            other[place], other[place + 1] = other[place + 1], other[place]
            yield "results exchanged", node.value, ", ".join(other)


Rule = Callable[[ast.AST, Lines], Iterator[Edit]]
RULES: tuple[Rule, ...] = (
    _operators,
    _signs,
    _conditions,
    _constants,
    _attributes,
    _calls,
    _indices,
    _assigned,
    _tuples,
)
