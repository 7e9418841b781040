"""The other numbers of a run, by the names a student knows: inputs, and what the student's code returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from graders.compare.forms import numbers, settled
from graders.spec import Inputs, family

__all__ = ["Bench", "Quantity", "placed", "spots"]

LARGEST = 200_000  # numbers in an array that is tried as a factor or a term


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or an array with a name; ``family`` is its output's, or empty for an input."""

    text: str
    value: np.ndarray
    family: str = ""


@dataclass(frozen=True, eq=False)
class Bench:
    """Inputs and outputs of one run; derived quantities are computed once, and only when a search needs them."""

    inputs: Inputs
    actual: Mapping[str, Any]
    expected: Mapping[str, Any]

    @cached_property
    def plain(self) -> tuple[Quantity, ...]:
        """The student's own outputs, then the inputs (except numbers, whose factors already have names)."""
        found = [
            Quantity(name, value, family(name))
            for name, given in self.actual.items()
            if (value := _usable(given)) is not None
        ]
        inputs = ((name, _usable(given)) for name, given in self.inputs.items())
        found += [Quantity(name, value) for name, value in inputs if value is not None and value.ndim]
        return tuple(found)

    @cached_property
    def sums(self) -> tuple[Quantity, ...]:
        """Sums, lengths and largest entries of arrays: of the whole, along the last axis, along the first."""
        return tuple(made for one in self.plain if one.value.size > 1 for made in _reduced(one))

    @cached_property
    def wanted(self) -> tuple[Quantity, ...]:
        """The expected value of every output."""
        found = ((name, _usable(given)) for name, given in self.expected.items())
        return tuple(Quantity(name, value, family(name)) for name, value in found if value is not None)


def _usable(given: Any) -> np.ndarray | None:
    """Finite numbers, not all 0, as float64."""
    value = numbers(settled(given))
    if value is None or not 0 < value.size <= LARGEST:
        return None
    value = value.astype(np.float64)
    return value if value.any() and np.isfinite(value).all() else None


def _reduced(one: Quantity) -> Iterator[Quantity]:
    square = one.value * one.value
    axes = {"": None} if one.value.ndim == 1 else {"": None, ", axis=-1": -1, ", axis=0": 0}
    for text, axis in axes.items():
        yield Quantity(f"norm({one.text}{text})", np.sqrt(square.sum(axis=axis)), one.family)
        yield Quantity(f"sum({one.text}{text})", one.value.sum(axis=axis), one.family)
        yield Quantity(f"max({one.text}{text})", one.value.max(axis=axis), one.family)


def placed(value: np.ndarray, shape: tuple[int, ...]) -> Iterator[tuple[str, np.ndarray]]:
    """The ways to broadcast an array over this shape: along its last axes, its first, or one in the middle."""
    few, many = value.ndim, len(shape)
    if few == 0:
        yield "", np.broadcast_to(value, shape)
    elif few == many:
        if all(mine in (1, theirs) for mine, theirs in zip(value.shape, shape, strict=True)):
            yield "", np.broadcast_to(value, shape)
    elif few < many:
        for before in range(many - few + 1):
            if shape[before : before + few] == value.shape and (few == 1 or before in (0, many - few)):
                wide = value.reshape((1,) * before + value.shape + (1,) * (many - few - before))
                yield f"@{before - many}", np.broadcast_to(wide, shape)


def spots(value: np.ndarray, shape: tuple[int, ...], index: tuple[int, ...]) -> Iterator[tuple[str, float]]:
    """What ``placed`` has at one entry, without broadcasting anything."""
    few, many = value.ndim, len(shape)
    if few == 0:
        yield "", float(value[()])
    elif few == many:
        if all(mine in (1, theirs) for mine, theirs in zip(value.shape, shape, strict=True)):
            yield "", value[tuple(at if mine > 1 else 0 for mine, at in zip(value.shape, index, strict=True))]
    elif few < many:
        for before in range(many - few + 1):
            if shape[before : before + few] == value.shape and (few == 1 or before in (0, many - few)):
                yield f"@{before - many}", value[index[before : before + few]]
