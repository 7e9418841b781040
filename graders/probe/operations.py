"""What a line was doing when it raised: a product, a sum, an index, and the shapes of its operands.

Runs where the code ran, on its own text; what it says about a student's code is no more trustworthy than the rest.
"""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Mapping
from traceback import FrameSummary
from typing import Any

import numpy as np

__all__ = ["OPERATION", "operation_at"]

LONGEST = 20  # lines of one expression to read
_BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.MatMult: "matmul",
    ast.Pow: "power",
}
_CALLED = {"dot": "matmul", "true_divide": "divide"} | {name: name for name in _BINARY.values()}
_OTHERS = {"index", "attribute", "compare", "unpack", "call"}
OPERATION = re.compile(
    rf"(?:{'|'.join(sorted({*_CALLED.values(), *_OTHERS}))})(?: \((?:\d{{1,9}},){{0,8}}\d{{0,9}}\)){{0,2}}"
)


def operation_at(frame: FrameSummary, names: Mapping[str, Any]) -> str:
    """The operation at a frame's position, or ""; ``names`` are the frame's variables."""
    try:
        node = _node_at(frame)
        if node is None:
            return ""
        said, operands = _named(node)
        shapes = [_shape(operand, names) for operand in operands]
        if len(shapes) != 2 or "" in shapes:
            return said
        whole = " ".join([said, *(shapes if said == "matmul" else sorted(shapes))])
        return whole if OPERATION.fullmatch(whole) else said
    except Exception:  # a student's attribute may raise anything
        return ""


def _node_at(frame: FrameSummary) -> ast.AST | None:
    first, last, start, end = frame.lineno, frame.end_lineno, frame.colno, frame.end_colno
    if first is None or last is None or start is None or end is None or last - first >= LONGEST:
        return None
    lines = [linecache.getline(frame.filename, number).encode() for number in range(first, last + 1)]
    lines[-1] = lines[-1][:end]  # first, as both may be on one line
    lines[0] = lines[0][start:]
    text = b"".join(lines).decode()
    if not text.strip():
        return None
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        return ast.parse(text.strip()).body[0]


def _named(node: ast.AST) -> tuple[str, list[ast.expr]]:
    """What a node does, and to what."""
    if isinstance(node, ast.BinOp):
        return _BINARY.get(type(node.op), ""), [node.left, node.right]
    if isinstance(node, ast.AugAssign):
        return _BINARY.get(type(node.op), ""), [node.target, node.value]
    if isinstance(node, ast.Call):
        return _called(node)
    if isinstance(node, ast.Subscript):
        return "index", []
    if isinstance(node, ast.Attribute):
        return "attribute", []
    if isinstance(node, ast.Compare):
        return "compare", []
    return ("unpack", []) if isinstance(node, ast.Tuple | ast.List) else ("", [])


def _called(node: ast.Call) -> tuple[str, list[ast.expr]]:
    function = node.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name not in _CALLED:
        return "call", []
    bound = isinstance(function, ast.Attribute) and len(node.args) == 1  # x.dot(W)
    return _CALLED[name], [function.value, *node.args] if bound else node.args  # type: ignore[attr-defined]


def _shape(node: ast.expr, names: Mapping[str, Any]) -> str:
    """The shape of a name, of an attribute or of its transpose; "" for anything that would have to be recomputed."""
    value = _value(node, names)
    return str(value.shape).replace(" ", "") if type(value) is np.ndarray else ""


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, names)
        if type(owner) is np.ndarray:
            return owner.T if node.attr == "T" else None
        return getattr(owner, "__dict__", {}).get(node.attr)
    return None
