"""Factors that have a name: an axis length, its inverse, its root, a product, a well-known constant."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from graders.messages.digits import show_beside
from graders.spec import Inputs

__all__ = ["counted", "denominator", "dims_like", "named_factors"]

_CONSTANTS = {
    "2": 2.0, "1/2": 0.5, "√2": math.sqrt(2), "1/√2": math.sqrt(0.5), "ln 2": math.log(2), "1/ln 2": 1 / math.log(2),
    "100": 100.0, "1/100": 0.01, "π": math.pi,
}  # fmt: skip


Factor = tuple[str, str, float, dict[str, Any]]  # key, relation, value, parameters of its message


def named_factors(dims: Mapping[str, int], inputs: Inputs) -> Iterator[Factor]:
    """Every factor with a name: an axis length, its inverse, root or product; a number among the inputs; a constant."""
    for axis, n in dims.items():
        if not isinstance(n, int) or n < 2:
            continue
        kind = "batch" if axis == "N" else "axis"
        sizes = {"size": n, "axis": axis, "factor": str(n), "cause": axis}
        yield f"named {axis}", f"too_large_{kind}", n, sizes
        yield f"named 1/{axis}", f"too_small_{kind}", 1 / n, {**sizes, "factor": f"1/{n}", "cause": f"1/{axis}"}
        yield from (
            (f"named {cause}", "ratio_named", value, {"factor": factor, "cause": cause})
            for cause, factor, value in (
                (f"√{axis}", f"√{n}", math.sqrt(n)),
                (f"1/√{axis}", f"1/√{n}", 1 / math.sqrt(n)),
                (f"{axis}²", f"{n}²", float(n * n)),
                (f"1/{axis}²", f"1/{n}²", 1 / (n * n)),
                (f"{axis}/({axis} − 1)", f"{n}/{n - 1}", n / (n - 1)),
                (f"({axis} − 1)/{axis}", f"{n - 1}/{n}", (n - 1) / n),
                (f"√({axis}/({axis} − 1))", f"√({n}/{n - 1})", math.sqrt(n / (n - 1))),
                (f"√(({axis} − 1)/{axis})", f"√({n - 1}/{n})", math.sqrt((n - 1) / n)),
            )
        )
    for (one, n), (two, m) in itertools.combinations(dims.items(), 2):
        if isinstance(n, int) and isinstance(m, int) and n > 1 and m > 1:
            for cause, factor, value in (
                (f"{one}·{two}", f"{n}·{m}", float(n * m)),
                (f"1/({one}·{two})", f"1/({n}·{m})", 1 / (n * m)),
                (f"{one}/{two}", f"{n}/{m}", n / m),
                (f"{two}/{one}", f"{m}/{n}", m / n),
            ):
                yield f"named {cause}", "ratio_named", value, {"factor": factor, "cause": cause}
    for name, number in inputs.items():
        if isinstance(number, float) and number not in (0.0, 1.0):
            for cause, power in ((name, 1), (f"1/{name}", -1), (f"{name}²", 2)):
                value = abs(number) ** power
                yield f"named {cause}", "ratio_named", value, {"factor": show_beside(value, 1.0, 5), "cause": cause}
    for text, value in _CONSTANTS.items():
        yield f"constant {text}", "ratio", value, {"factor": text}


def dims_like(inputs: Inputs, drawn: Mapping[str, Any], dims: Mapping[str, int]) -> dict[str, int]:
    """The axis lengths of a worked example, named as in a drawn case with the same input names."""
    names = {length: axis for axis, length in dims.items() if list(dims.values()).count(length) == 1}
    found: dict[str, int] = {}
    for name, given in inputs.items():
        lengths, others = _lengths(given), _lengths(drawn.get(name))
        if name in drawn and len(lengths) == len(others):
            for length, other in zip(lengths, others, strict=True):
                if other in names:
                    found.setdefault(names[other], length)
    return found


def _lengths(value: Any) -> tuple[int, ...]:
    """The axes of an array; only the length of a list, whose entries may differ in shape."""
    return (len(value),) if isinstance(value, list | tuple) else np.shape(value)


def denominator(value: float) -> int:
    """The denominator, if this is a fraction of small numbers."""
    return Fraction(float(value)).limit_denominator(1000).denominator


def counted(value: float) -> bool:
    """Whether a number is a fraction of small numbers (an accuracy of 5/31): its ratios mean nothing."""
    return math.isfinite(value) and abs(value - Fraction(float(value)).limit_denominator(1000)) < 1e-9
