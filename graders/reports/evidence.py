"""Values behind a verdict that a student may see, and their stored form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.messages.message import Message

__all__ = ["LARGEST_EVIDENCE", "Evidence"]

LARGEST_EVIDENCE = 4096  # elements kept per array: a heat map of 64 × 64 is still readable


@dataclass(frozen=True)
class Evidence:
    """Values a student may see: public inputs, what came back and what was expected."""

    inputs: Mapping[str, Any]
    actual: Any
    expected: Any
    worst_at: tuple[int, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "inputs": {name: _plain(value) for name, value in self.inputs.items()},
            "actual": _plain(self.actual),
            "expected": _plain(self.expected),
            "worst_at": list(self.worst_at) if self.worst_at is not None else None,
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Evidence:
        at = data["worst_at"]
        values = (
            {name: _rich(value) for name, value in data["inputs"].items()},
            _rich(data["actual"]),
            _rich(data["expected"]),
        )
        return Evidence(*values, tuple(at) if at is not None else None)


_OURS = ({"shape", "dtype", "data"}, {"words"})


def _plain(value: Any) -> Any:
    """A JSON value: arrays as {"shape", "dtype", "data"}, cut if very large; NaN and infinities as strings.

    Words that represent a value that could not travel are {"words": a message}.
    """
    if isinstance(value, Message):
        return {"words": value.to_dict()}
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        data = array.ravel()[:LARGEST_EVIDENCE].tolist()
        return {"shape": list(array.shape), "dtype": str(array.dtype), "data": [_number(item) for item in data]}
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        plain = {str(key): _plain(item) for key, item in value.items()}
        return plain if plain.keys() not in _OURS else str(value)[:LARGEST_EVIDENCE]  # a student's dict may look so too
    return value if isinstance(value, str | int | bool | None) else str(value)


def _number(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def _rich(value: Any) -> Any:
    """The inverse of ``_plain`` for values kept whole."""
    if isinstance(value, dict) and value.keys() == {"shape", "dtype", "data"}:
        shape = tuple(value["shape"])
        if math.prod(shape) != len(value["data"]):
            return np.array(value["data"], dtype=value["dtype"])
        return np.array(value["data"], dtype=value["dtype"]).reshape(shape)
    if isinstance(value, dict) and value.keys() == {"words"}:
        return Message.from_dict(value["words"])
    if isinstance(value, list):
        return [_rich(item) for item in value]
    if isinstance(value, dict):
        return {key: _rich(item) for key, item in value.items()}
    return value
