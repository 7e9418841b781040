"""One more run, watched: does a gradient come from the author's own functions at slightly moved inputs?

What says so are arrays that reach these functions and are an input of the run but for one entry, or for one and the
same small number everywhere, at least twice; or complex ones. A second pass, checkpoints or loops show nothing of it.
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

LONGEST_S = 0.1  # of a run that is made again
LEAST = 4  # entries of an input; fewer tell little
SMALL = 2e-2  # a step, as a share of the input's size
ENOUGH = 2  # different steps


def worth_watching(exercise: Exercise, inputs: Inputs) -> bool:
    """Whether a run on these inputs shows how gradients are made."""
    return exercise.numeric != "allow" and next(_watched(exercise, inputs), None) is not None


def numerical(exercise: Exercise, symbols: Mapping[str, Any], inputs: Inputs) -> str:
    """``"steps"`` or ``"complex"`` where gradients are differences of the author's forward; else nothing."""
    watch = _Watch([np.array(value, dtype=np.float64).ravel() for value in _watched(exercise, inputs)])
    before = sys.getprofile()
    with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()):
        sys.setprofile(watch)
        try:
            observe(exercise, symbols, inputs)
        except BaseException:  # whatever it is, the run that counts has met it already
            pass
        finally:
            sys.setprofile(before)
    return watch.found


def _watched(exercise: Exercise, inputs: Inputs) -> Iterator[np.ndarray]:
    for name in {gradient.wrt for gradient in exercise.gradients.values()}:
        value = inputs.get(name)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size >= LEAST:
            yield value


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...


class _Watch:
    """A profiler that looks at what the author's functions are called with; it ends itself when it has seen enough."""

    def __init__(self, given: list[np.ndarray]) -> None:
        self.given = given
        self.found = ""
        self._steps: set[tuple[int, int, float]] = set()
        self._theirs: dict[CodeType, bool] = {}
        self._until = time.monotonic() + LONGEST_S

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code not in self._theirs:
            self._theirs[code] = theirs(code.co_filename)
        if self.found or time.monotonic() > self._until:
            sys.setprofile(None)
        elif self._theirs[code]:
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            for array in _arrays(frame.f_locals.get(name) for name in names):
                self._look(array)

    def _look(self, array: np.ndarray) -> None:
        if array.dtype.kind == "c":
            if array.size and np.any(array.imag):
                self.found = "complex"
        elif array.dtype.kind == "f":
            for place, given in enumerate(self.given):
                if array.size == given.size and (step := _step(array.ravel() - given, given)):
                    self._steps.add((place, *step))
            if len(self._steps) >= ENOUGH:
                self.found = "steps"


def _step(moved: np.ndarray, given: np.ndarray) -> tuple[int, float] | None:
    """Which entry has moved (−1: all of them alike) and by how much; None where it is no small step."""
    size = float(np.abs(moved).max())
    if not 0 < size <= SMALL * max(1.0, float(np.abs(given).max())):
        return None
    places = np.flatnonzero(moved)
    if len(places) == 1:
        return int(places[0]), float(f"{moved[places[0]]:.2g}")
    alike = len(places) == moved.size and float(np.ptp(moved)) <= 1e-3 * size
    return (-1, float(f"{moved[0]:.2g}")) if alike else None


def _arrays(values: Iterable[Any]) -> Iterator[np.ndarray]:
    """Arrays among these, in lists and dicts, and in the attributes of objects."""
    for value in values:
        held = list(getattr(value, "__dict__", {}).values()) if not isinstance(value, type) else []
        for one in (value, *held[:50]):
            inner = one.values() if isinstance(one, dict) else one if isinstance(one, list | tuple) else (one,)
            yield from (array for array in list(inner)[:50] if type(array) is np.ndarray)
