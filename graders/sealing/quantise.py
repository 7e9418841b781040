"""Outputs as bytes that every right answer gives: rounded to a grid if they are clear of its edges.

The grid of an output is a power of two, so that rounding, another order of summation or float32 moves nothing across
an edge; entries near an edge are left out. The course's own answer decides which entries count.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.probe import Trace
from graders.probe.values import Unsupported, decode, encode

__all__ = ["CLEAR", "Grid", "flattened", "grid_of", "material", "rounded"]

CLEAR = 0.2  # steps between an entry and the nearest edge
NOISE = 2.0  # this multiple of the difference between right answers must fit into these
COARSEST = 3  # bits of the largest entry
WHOLE = -8  # whole numbers lie in the middle of steps that no half and no sigmoid shares


@dataclass(frozen=True)
class Grid:
    """One output of one run: rounded to steps of ``2 ** exponent``; ``mask`` has a bit for every entry that counts."""

    run: str
    output: str
    exponent: int
    mask: bytes

    def entries(self, size: int) -> np.ndarray | None:
        """Which of this many entries count; None if the grid is for another size."""
        if len(self.mask) != (size + 7) // 8:
            return None
        return np.unpackbits(np.frombuffer(self.mask, np.uint8), count=size).astype(bool)


def grid_of(run: str, output: str, value: Any, fineness: int, noise: float) -> Grid | None:
    """The grid of a right value: ``2 ** fineness`` steps up to its largest entry, fewer if right answers need it.

    ``noise`` is how much they may differ. None if the grid would be too coarse to tell anything.
    """
    flat = flattened(value)
    if flat is None:
        return None
    _, numbers, whole = flat
    finite = np.isfinite(numbers)
    if not numbers.size:
        return Grid(run, output, 0, b"")  # a text, or nothing: the form is all there is
    if whole:
        return Grid(run, output, WHOLE, np.packbits(finite).tobytes())
    top = float(np.abs(numbers[finite]).max(initial=0.0))
    if top == 0:
        return None
    highest = math.floor(math.log2(top))
    exponent = max(highest - fineness, math.ceil(math.log2(NOISE * noise / CLEAR)))
    if highest - exponent < COARSEST:
        return None
    steps = np.where(finite, numbers, 0.0) / 2.0**exponent
    clear = finite & (np.abs(steps - np.rint(steps)) <= 0.5 - CLEAR)
    return Grid(run, output, exponent, np.packbits(clear).tobytes()) if clear.any() else None


def rounded(grid: Grid, value: Any) -> tuple[str, np.ndarray] | None:
    """The form of a value and the entries that count, in steps; None for a value that does not fit this grid."""
    flat = flattened(value)
    if flat is None:
        return None
    counted = grid.entries(flat[1].size)
    if counted is None:
        return None
    chosen = flat[1][counted] / 2.0**grid.exponent
    if not np.all(np.abs(chosen) < 2.0**62):  # also false for NaN
        return None
    return flat[0], np.rint(chosen).astype("<i8")


def material(grids: Sequence[Grid], traces: Mapping[str, Trace]) -> bytes | None:
    """The bytes from which a key is derived; None if an output is absent or of another size."""
    parts: list[bytes] = []
    for grid in grids:
        trace = traces.get(grid.run)
        if trace is None or trace.crash is not None or grid.output not in trace.outputs:
            return None
        found = rounded(grid, trace.outputs[grid.output])
        if found is None:
            return None
        head = json.dumps([grid.run, grid.output, found[0]]).encode()
        parts += [len(head).to_bytes(4, "big"), head, found[1].size.to_bytes(8, "big"), found[1].tobytes()]
    return b"".join(parts)


def flattened(value: Any) -> tuple[str, np.ndarray, bool] | None:
    """(form, numbers, whether all are integers by type); the same for a list and an array, for NumPy and torch."""
    try:
        tree, arrays = encode(value)  # drops what cannot be an output; a tensor becomes an array
        numbers: list[np.ndarray] = []
        form, whole = _flat(decode(tree, arrays), numbers)
    except (ValueError, OverflowError, TypeError):
        return None
    return form, np.concatenate(numbers) if numbers else np.zeros(0), whole


def _flat(value: Any, numbers: list[np.ndarray]) -> tuple[str, bool]:
    if isinstance(value, Unsupported):
        raise ValueError("no value that counts")
    if value is None or isinstance(value, str):
        return json.dumps(value), True
    if isinstance(value, dict):
        parts = [(repr(key), _flat(value[key], numbers)) for key in sorted(value, key=repr)]
        return "{" + ",".join(f"{key}:{form}" for key, (form, _) in parts) + "}", all(one for _, (_, one) in parts)
    if isinstance(value, list | tuple):
        array = _as_array(value)
        if array is None:
            items = [_flat(item, numbers) for item in value]
            return "[" + ",".join(form for form, _ in items) + "]", all(whole for _, whole in items)
        value = array
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError("no numbers")
    with np.errstate(all="ignore"):
        numbers.append(array.astype(np.float64).ravel())
    kind = "?" if array.dtype.kind == "b" else ""  # True is not 1 where a number is expected
    return kind + repr(tuple(map(int, array.shape))), array.dtype.kind != "f"


def _as_array(value: Sequence[Any]) -> np.ndarray | None:
    """A regular list of numbers as one array, since an answer may be either."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None
