"""Conventions that only relabel weights: gates packed in another order, or read with the opposite sign."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.probe import Trace
from graders.spec import Inputs, family

__all__ = ["Convention", "Relabelling", "conventions_of"]


@dataclass(frozen=True)
class Relabelling:
    """The last axis of these inputs and outputs consists of equal blocks, which others may label differently.

    ``order[k]`` is the course's number of the block in position k of the other convention; ``signs``, in the
    course's order, are −1 for a block that the other convention reads negated (σ(−a) = 1 − σ(a)). Relabellings
    with the same ``id`` exclude each other. ``note`` is what a student is told, per language.
    """

    id: str
    order: tuple[int, ...]
    signs: tuple[int, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note: Mapping[str, str] = field(hash=False)

    def to_ours(self, array: Any) -> Any:
        """Convert an array from the other convention to the course's."""
        parts = self._parts(array)
        if parts is None:
            return array
        ours = [self.signs[block] * parts[self.order.index(block)] for block in range(len(parts))]
        return np.concatenate(ours, axis=-1)

    def to_theirs(self, array: Any) -> Any:
        """Convert an array from the course's convention to the other one."""
        parts = self._parts(array)
        if parts is None:
            return array
        return np.concatenate([self.signs[block] * parts[block] for block in self.order], axis=-1)

    def _parts(self, array: Any) -> list[np.ndarray] | None:
        """Its blocks; None for a value from a student's code that has none."""
        count = len(self.order)
        if type(array) is not np.ndarray or array.dtype.kind != "f" or not array.ndim or array.shape[-1] % count:
            return None
        width = array.shape[-1] // count
        return [array[..., place * width : (place + 1) * width] for place in range(count)]


@dataclass(frozen=True)
class Convention:
    """Compatible relabellings, in the order in which the course reads them; an empty set is the course's own."""

    relabellings: tuple[Relabelling, ...] = ()

    def inputs_to_ours(self, inputs: Inputs) -> dict[str, Any]:
        """What the reference needs as inputs in order to compute what a student computes in this convention."""
        found = dict(inputs)
        for one in self.relabellings:
            found |= {name: one.to_ours(found[name]) for name in one.inputs if name in found}
        return found

    def inputs_to_theirs(self, inputs: Inputs) -> dict[str, Any]:
        found = dict(inputs)
        for one in reversed(self.relabellings):
            found |= {name: one.to_theirs(found[name]) for name in one.inputs if name in found}
        return found

    def trace_to_ours(self, trace: Trace) -> Trace:
        """A student's outputs, converted to the course's convention."""
        return self._mapped(trace, self.relabellings, "to_ours")

    def trace_to_theirs(self, trace: Trace) -> Trace:
        return self._mapped(trace, self.relabellings[::-1], "to_theirs")

    @staticmethod
    def _mapped(trace: Trace, relabellings: Sequence[Relabelling], way: str) -> Trace:
        outputs = dict(trace.outputs)
        for one in relabellings:
            for name in outputs:
                if family(name) in one.outputs:
                    outputs[name] = getattr(one, way)(outputs[name])
        return Trace(outputs, trace.crash, trace.overwritten, trace.notes)


def conventions_of(relabellings: Sequence[Relabelling]) -> Iterator[Convention]:
    """Every convention except the course's own, those with fewer relabellings first."""
    ids = tuple(dict.fromkeys(one.id for one in relabellings))
    for count in range(1, len(ids) + 1):
        for chosen in itertools.combinations(ids, count):
            kinds = ([one for one in relabellings if one.id == name] for name in chosen)
            yield from map(Convention, itertools.product(*kinds))
