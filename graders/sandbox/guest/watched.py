"""One more run, watched: does a gradient come from the author's own functions at slightly moved inputs?

The evidence: at least twice, arrays reach these functions that equal an input of the run except for one entry, or
for the same small number everywhere; or complex arrays reach them. A second pass, checkpoints or loops give none.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from types import CodeType, FrameType
from typing import Any

import numpy as np

from graders.probe import observe, theirs
from graders.spec import Exercise, Inputs

__all__ = ["LONGEST_S", "numerical", "worth_watching"]

LONGEST_S = 0.1  # longest run that is made again
LEAST = 4  # entries of an input; fewer tell little
SMALL = 2e-2  # a step, relative to the input's size
ALIKE = 1e-3  # of a step: how much entries that move together may differ
ENOUGH = 2  # different steps
MOST = 50  # attributes of an object, or entries of a list, to look at


def worth_watching(exercise: Exercise, inputs: Inputs) -> bool:
    """Whether a run on these inputs shows how gradients are computed."""
    return exercise.numeric != "allow" and next(_watched(exercise, inputs), None) is not None


def numerical(exercise: Exercise, symbols: Mapping[str, Any], inputs: Inputs) -> str:
    """``"steps"`` or ``"complex"`` if gradients are differences of the author's forward; else ""."""
    watch = _Watch([_Given(np.array(value, dtype=np.float64).ravel()) for value in _watched(exercise, inputs)])
    before = sys.getprofile()
    with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()):
        sys.setprofile(watch.see)
        try:
            observe(exercise, symbols, inputs)
        except BaseException:  # whatever it is, the run that counts has already met it
            pass
        finally:
            sys.setprofile(before)
    return watch.found


def _watched(exercise: Exercise, inputs: Inputs) -> Iterator[np.ndarray]:
    for name in {gradient.wrt for gradient in exercise.gradients.values()}:
        value = inputs.get(name)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size >= LEAST:
            yield value


_PLAIN = {int, float, bool, str, type(None)}


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...


class _Watch:
    """A profiler that inspects the arguments of the author's functions; it stops itself when it has seen enough."""

    def __init__(self, given: list[_Given]) -> None:
        self._given: dict[int, list[tuple[int, _Given]]] = {}  # by size
        for place, one in enumerate(given):
            self._given.setdefault(one.size, []).append((place, one))
        self.found = ""
        self._steps: set[tuple[int, int, float]] = set()
        self._theirs: dict[CodeType, bool] = {}
        self._until = time.monotonic() + LONGEST_S

    def see(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        mine = self._theirs.get(code)
        if mine is None:
            mine = self._theirs[code] = theirs(code.co_filename)
        if not mine:
            return
        if self.found or time.monotonic() > self._until:
            sys.setprofile(None)
            return
        names, values = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], frame.f_locals
        for array in _arrays(values.get(name) for name in names):
            self._look(array)

    def _look(self, array: np.ndarray) -> None:
        kind = array.dtype.kind
        if kind == "c":
            if array.size and np.any(array.imag):
                self.found = "complex"
        elif kind == "f" and array.size in self._given:
            for place, given in self._given[array.size]:
                if given.may_have_moved_to(array) and (step := given.step(array)):
                    self._steps.add((place, *step))
            if len(self._steps) >= ENOUGH:
                self.found = "steps"


class _Given:
    """An input of the run, with a quick test for arrays that are not this input moved by a step."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.size = values, values.size
        self._largest = SMALL * max(1.0, float(np.abs(values).max()))
        self._places = [(place, values.item(place)) for place in (0, values.size // 2, values.size - 1)]

    def may_have_moved_to(self, array: np.ndarray) -> bool:
        """Whether three entries leave it possible: at most one has moved, or all of them by the same amount."""
        (at, first), (of, middle), (end, last) = self._places
        one, two, three = array.item(at) - first, array.item(of) - middle, array.item(end) - last
        if (one != 0) + (two != 0) + (three != 0) <= 1:
            return True
        return not max(one, two, three) - min(one, two, three) > 2 * ALIKE * max(abs(one), abs(two), abs(three))

    def step(self, array: np.ndarray) -> tuple[int, float] | None:
        """Which entry has moved (−1: all of them alike) and by how much; None if that is not a small step."""
        moved = array.ravel() - self.values
        count = np.count_nonzero(moved)
        if count not in (1, moved.size) or not float(np.abs(moved).max()) <= self._largest:
            return None
        if count == 1:
            place = int(np.flatnonzero(moved)[0])
            return place, float(f"{moved[place]:.2g}")
        alike = float(np.ptp(moved)) <= ALIKE * float(np.abs(moved).max())
        return (-1, float(f"{moved[0]:.2g}")) if alike else None


def _arrays(values: Iterable[Any]) -> Iterator[np.ndarray]:
    """Arrays among these, in lists and dicts, and in the attributes of objects."""
    for value in values:
        if type(value) is np.ndarray:
            yield value
        elif type(value) not in _PLAIN:
            yield from _inside(value)
            held = () if isinstance(value, type) else getattr(value, "__dict__", {}).values()
            for one in list(held)[:MOST]:
                yield from _inside(one)


def _inside(value: Any) -> Iterator[np.ndarray]:
    if type(value) is np.ndarray:
        yield value
    elif isinstance(value, dict | list | tuple):
        several = value.values() if isinstance(value, dict) else value
        yield from (one for one in list(several)[:MOST] if type(one) is np.ndarray)
