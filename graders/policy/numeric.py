"""Signs of numerical differentiation in a text: complex numbers, and divisions by a small step."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from graders.policy.forbids import reached

__all__ = ["numeric_signs"]

LARGEST_STEP = 2e-2
_COMPLEX = {"complex", "complex64", "complex128", "csingle", "cdouble", "imag"}
Numbers = Mapping[str, float]  # names that stand for a number, anywhere in the code


def numeric_signs(
    texts: Mapping[str, str], unit: str, names: Sequence[str], packages: Collection[str] = ()
) -> frozenset[str]:
    """``"complex"`` and ``"step"``, if the code behind these names of a unit shows them."""
    nodes = [node for _, made, _ in reached(texts, unit, names, packages) for node in ast.walk(made)]
    numbers: dict[str, float] = {}
    for _ in range(2):
        numbers |= dict(_named(nodes, numbers))
    return frozenset(sign for node in nodes if (sign := _sign(node, numbers)))


def _sign(node: ast.AST, numbers: Numbers) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, complex):
        return "complex"
    if (isinstance(node, ast.Attribute) and node.attr in _COMPLEX) or (
        isinstance(node, ast.Name) and node.id == "complex"
    ):
        return "complex"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        step = _number(node.right, numbers)
        return "step" if step is not None and 0 < abs(step) <= LARGEST_STEP else ""
    return ""


def _named(nodes: Sequence[ast.AST], numbers: Numbers) -> Iterator[tuple[str, float]]:
    for node in nodes:
        if isinstance(node, ast.Assign) and (value := _number(node.value, numbers)) is not None:
            for target in node.targets:
                if isinstance(target, ast.Name | ast.Attribute):
                    yield target.id if isinstance(target, ast.Name) else target.attr, value
        elif isinstance(node, ast.arguments):
            named = [*node.posonlyargs, *node.args][-len(node.defaults) :] if node.defaults else []
            for argument, default in (
                *zip(named, node.defaults, strict=True),
                *zip(node.kwonlyargs, node.kw_defaults, strict=True),
            ):
                if default is not None and (value := _number(default, numbers)) is not None:
                    yield argument.arg, value


def _number(node: ast.AST, numbers: Numbers) -> float | None:
    """The value of a number, of a name that stands for one, or of a product or quotient of these."""
    if isinstance(node, ast.Constant):
        said = node.value
        return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand, numbers)
        return -value if value is not None else None
    if isinstance(node, ast.Name | ast.Attribute):
        return numbers.get(node.id if isinstance(node, ast.Name) else node.attr)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow):
        left, right = _number(node.left, numbers), _number(node.right, numbers)
        if left is None or right is None:
            return None
        try:
            return (
                left * right
                if isinstance(node.op, ast.Mult)
                else left / right
                if isinstance(node.op, ast.Div)
                else left**right
            )
        except (ArithmeticError, ValueError, TypeError):
            return None
    return None
