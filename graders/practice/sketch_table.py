"""Counter-models' sketches as tables of numbers: values shared by several models are stored once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graders.compare.sketches import PROJECTIONS, Sketch, Sketches, same

__all__ = ["PARTS", "SketchTable", "packed"]

Arrays = dict[str, np.ndarray]

PARTS = ("numbers", "kinds", "places")  # the arrays of a table; each is a name in the tensor file
SHARED = 1e-12  # relative: values that differ by less are stored as one


def packed(models: Sequence[str], sketches: Mapping[str, Sketches]) -> tuple[dict[str, Any], Arrays]:
    """A table as a JSON value and its arrays; ``models`` names its rows, and those without sketches are empty."""
    found = [sketches.get(name, Sketches()) for name in models]
    outputs = list(dict.fromkeys(output for one in found for output in one.outputs))
    values: list[Sketch] = []
    places = np.full((len(models), len(outputs)), -1, dtype=np.int32)
    for column, output in enumerate(outputs):
        mine: list[int] = []
        for row, one in enumerate(found):
            if output in one.outputs:
                places[row, column] = _placed(one.outputs[output], values, mine)
    forms: dict[tuple[str, int, str], int] = {}
    kinds = [forms.setdefault((one.form, one.size, one.exact), len(forms)) for one in values]
    data = {
        "outputs": outputs,
        "forms": [list(form) for form in forms],
        "crashes": {name: one.crash for name, one in zip(models, found, strict=True) if one.crash is not None},
    }
    numbers = np.array([_numbers(one) for one in values], dtype=np.float64).reshape(len(values), PROJECTIONS + 2)
    return data, {"numbers": numbers, "kinds": np.array(kinds, dtype=np.int32), "places": places}


def _placed(value: Sketch, values: list[Sketch], mine: list[int]) -> int:
    """The number of a value among ``values``, appended unless one of ``mine`` (of the same output) equals it."""
    for place in mine:
        other = values[place]
        if value == other or (value.exact == other.exact and same(value, other, SHARED)):
            return place
    values.append(value)
    mine.append(len(values) - 1)
    return mine[-1]


def _numbers(value: Sketch) -> list[float]:
    return [value.top, value.holes, *(value.projections or [np.nan] * PROJECTIONS)]


class SketchTable(Mapping[str, Sketches]):
    """Model id → its sketches, built on request; empty models are not included.

    ValueError if arrays and names do not fit together.
    """

    def __init__(self, models: Sequence[str], data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self._outputs, self._crashes = tuple(data["outputs"]), dict(data["crashes"])
        self._forms = [(str(form), int(size), str(exact)) for form, size, exact in data["forms"]]
        self._numbers, self._kinds, places = (arrays[part] for part in PARTS)
        count = len(self._kinds)
        if self._numbers.shape != (count, PROJECTIONS + 2) or self._kinds.shape != (count,):
            raise ValueError("a table of sketches whose numbers do not fit its forms")
        if places.shape != (len(models), len(self._outputs)):
            raise ValueError("a table of sketches of other models or outputs than are named")
        _within(self._kinds, 0, len(self._forms))
        _within(places, -1, count)
        rows: list[list[int]] = places.tolist()
        named = zip(models, rows, strict=True)
        self._rows = {name: row for name, row in named if name in self._crashes or max(row, default=-1) >= 0}
        self._values: dict[int, Sketch] = {}
        self._made: dict[str, Sketches] = {}

    def __getitem__(self, name: str) -> Sketches:
        if name not in self._made:
            places = zip(self._outputs, self._rows[name], strict=True)
            outputs = {output: self._value(place) for output, place in places if place >= 0}
            self._made[name] = Sketches(outputs, self._crashes.get(name))
        return self._made[name]

    def _value(self, place: int) -> Sketch:
        if place not in self._values:
            form, size, exact = self._forms[int(self._kinds[place])]
            top, holes, *projections = map(float, self._numbers[place])
            known = () if np.isnan(projections[0]) else tuple(projections)
            self._values[place] = Sketch(form, size, top, known, holes, exact)
        return self._values[place]

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._rows else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _within(array: np.ndarray, low: int, high: int) -> None:
    if array.dtype.kind != "i" or (array.size and not (low <= array.min() and array.max() < high)):
        raise ValueError("a table of sketches that names what it does not hold")
