"""Sketches of traces: small fixed projections that identify a run, kept instead of its values."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.compare.forms import is_number, settled
from graders.compare.tolerance import FLOOR
from graders.probe import Crash, Trace
from graders.probe.values import Unsupported

__all__ = ["Sketch", "Sketches", "same", "sketch", "sketch_value"]

PROJECTIONS = 8
TILE = 4096  # longer values are projected tile by tile, so that the random vectors stay small

# Values within τ have projections within a few times τ·√n; a single entry off by 3τ·√n is still seen.
SLACK = 4.0


# Exceptions with a hundred possible causes identify nothing; the others are identified by what was done and to what:
# the operation, shapes and sizes in the text, a quoted name. Never by the wording of a line.
VAGUE = "vague"
_SHAPE = re.compile(r"\((?:\d+, ?)*\d*,?\)")
_SIZES = re.compile(r"not aligned: (\d+) \(dim \d+\) != (\d+)|size (\d+) is different from (\d+)")
_QUOTED = re.compile(r"'\w+'")
_VAGUE_KINDS = {"ZeroDivisionError", "RecursionError", "SyntaxError", "ImportError", "MemoryError"}
_VAGUE_TEXTS = ("NoneType", "list index out of range", "math domain error", "from empty")


@dataclass(frozen=True, slots=True)
class Sketch:
    """One value: its form (kind and shape, or a digest of its structure), size, largest number and projections.

    ``holes`` encodes where NaN and infinities are; ``exact`` is a digest if every number is an integer.
    """

    form: str
    size: int = 0
    top: float = 0.0
    projections: tuple[float, ...] = ()
    holes: float = 0.0
    exact: str = ""

    @property
    def hollow(self) -> bool:
        """Nothing but zeros or NaN, or nothing at all: this has a hundred possible causes."""
        return not self.exact and self.top == 0.0

    def apart(self, other: Sketch) -> float:
        """How far apart two values of one form are, estimated from their projections; infinite for different forms."""
        if (self.form, self.size, self.exact, self.holes) != (other.form, other.size, other.exact, other.holes):
            return math.inf
        return max((abs(a - b) for a, b in zip(self.projections, other.projections, strict=True)), default=0.0)

    def to_list(self) -> list[Any]:
        return [self.form, self.size, self.top, list(self.projections), self.holes, self.exact]

    @staticmethod
    def from_list(data: list[Any]) -> Sketch:
        form, size, top, projections, holes, exact = data
        return Sketch(form, size, float(top), tuple(map(float, projections)), float(holes), exact)


@dataclass(frozen=True, slots=True)
class Sketches:
    """A whole trace: a sketch per output, and how it crashed (class, operation, shapes)."""

    outputs: Mapping[str, Sketch] = field(default_factory=dict)
    crash: str | None = None

    @property
    def empty(self) -> bool:
        """Of something that could not run, such as two edits in the same place."""
        return not self.outputs and self.crash is None

    def to_dict(self) -> dict[str, Any]:
        return {"outputs": {name: one.to_list() for name, one in self.outputs.items()}, "crash": self.crash}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Sketches:
        return Sketches({name: Sketch.from_list(one) for name, one in data["outputs"].items()}, data["crash"])

    def agrees(self, other: Sketches, output: str, tau: float) -> bool:
        """Whether both have the same value there, or both lack it because of the same exception."""
        mine, others = self.outputs.get(output), other.outputs.get(output)
        if mine is not None and others is not None:
            return same(mine, others, tau)
        if mine is not None or others is not None or self.outputs.keys() != other.outputs.keys():
            return False
        return _alike(self.crash, other.crash)


def sketch(trace: Trace) -> Sketches:
    """The sketch of a trace, the same on every machine up to the last bits of its numbers.

    Each output is sketched on demand: most models differ from a student's code in the first.
    """
    return Sketches(_Outputs(trace.outputs), _crash(trace.crash) if trace.crash else None)


class _Outputs(Mapping[str, Sketch]):
    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._made: dict[str, Sketch] = {}

    def __getitem__(self, name: str) -> Sketch:
        found = self._made.get(name)
        if found is None:
            with np.errstate(all="ignore"):
                found = self._made[name] = sketch_value(self._values[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._values else default  # the mixin's exception is slow

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def same(left: Sketch, right: Sketch, tau: float) -> bool:
    """Whether two values are equal within τ, as far as their sketches tell (random projections: almost surely)."""
    size = max(left.top, right.top, FLOOR)
    if abs(left.top - right.top) > tau * size:  # rules out nearly all that differ, at the cost of one number
        return False
    if left.form != right.form or left.size != right.size:
        return False
    if left.exact and right.exact:
        return left.exact == right.exact
    if not math.isclose(left.holes, right.holes, rel_tol=1e-9, abs_tol=1e-9):
        return False
    bound = SLACK * tau * math.sqrt(max(left.size, 1)) * size
    return all(abs(a - b) <= bound for a, b in zip(left.projections, right.projections, strict=True))


def sketch_value(value: Any) -> Sketch:
    """The sketch of one value: an array, a number, text, None, or lists and dicts of them."""
    leaves: list[np.ndarray] = []
    words: list[Any] = []
    form = _form(settled(value), leaves, words)
    if not isinstance(form, str):
        form = "tree:" + _digest(json.dumps(form, sort_keys=True, ensure_ascii=False))
    if not leaves:
        return Sketch(form, exact=_digest(json.dumps(words, ensure_ascii=False)))
    flat = leaves[0].ravel() if len(leaves) == 1 else np.concatenate([leaf.ravel() for leaf in leaves])
    return _project(form, flat, words)


def _form(value: Any, leaves: list[np.ndarray], words: list[Any]) -> Any:
    """A value's form without its numbers, which go to ``leaves`` (and texts to ``words``)."""
    if isinstance(value, Unsupported):
        return f"unsupported:{value.type_name}"
    if type(value) is np.ndarray or is_number(value):
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            return f"unsupported:{array.dtype}"
        leaves.append(array)
        return f"{'b' if array.dtype.kind == 'b' else 'n'}{list(array.shape)}"
    if isinstance(value, list | tuple):
        return [_form(item, leaves, words) for item in value]
    if isinstance(value, dict):
        return {repr(key): _form(item, leaves, words) for key, item in value.items()}
    if value is None or isinstance(value, str):
        words.append(value)
        return "none" if value is None else "text"
    return f"unsupported:{type(value).__name__}"


def _project(form: str, flat: np.ndarray, words: list[Any]) -> Sketch:
    exact = ""
    if flat.dtype.kind != "f":
        text = json.dumps(words, ensure_ascii=False).encode("utf-8", "surrogatepass")
        exact = _digest(np.ascontiguousarray(flat, dtype=np.int64).tobytes() + text)
    elif words:
        form = f"{form}:{_digest(json.dumps(words, ensure_ascii=False))}"
    numbers = flat.astype(np.float64)
    bad = ~np.isfinite(numbers)
    holes = 0.0
    if bad.any():
        code = np.where(np.isnan(numbers), 1.0, np.where(numbers > 0, 2.0, 3.0)) * bad
        holes = _rounded(float(_products(code)[0]))
        numbers = np.where(bad, 0.0, numbers)
    top = float(np.abs(numbers).max()) if numbers.size else 0.0
    return Sketch(form, flat.size, _rounded(top), tuple(map(_rounded, _products(numbers).tolist())), holes, exact)


def _products(flat: np.ndarray) -> np.ndarray:
    if flat.size <= TILE:
        product: np.ndarray = _vectors(flat.size) @ flat
        return product
    tiles = -(-flat.size // TILE)
    padded = np.zeros(tiles * TILE)
    padded[: flat.size] = flat
    parts = padded.reshape(tiles, TILE) @ _vectors(TILE).T
    weights = np.concatenate([_vectors(TILE, 1 + k)[:, : tiles - k * TILE] for k in range(-(-tiles // TILE))], axis=1)
    total: np.ndarray = (weights.T * parts).sum(axis=0)
    return total


@functools.lru_cache(maxsize=256)
def _vectors(size: int, part: int = 0) -> np.ndarray:
    """Eight fixed vectors, uniform in [−1, 1), from raw PCG64 bits (stable across NumPy versions)."""
    raw = np.random.PCG64(size + (part << 32)).random_raw(PROJECTIONS * size)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) * 2.0**-52 - 1.0).reshape(PROJECTIONS, size)


def _crash(crash: Crash) -> str:
    """``ValueError matmul 3 5 | (7,5) (3,5)``: kind, operation, what the text tells | the operands, if known."""
    if crash.kind in _VAGUE_KINDS or not crash.text or any(words in crash.text for words in _VAGUE_TEXTS):
        return VAGUE
    operation, _, operands = crash.operation.partition(" ")
    sizes = next(([size for size in found if size] for found in _SIZES.findall(crash.text)), [])
    told = sorted(sizes, key=int) or sorted(shape.replace(" ", "") for shape in _SHAPE.findall(crash.text))
    told = told or sorted(set(_QUOTED.findall(crash.text)))
    if not (told or operation):
        return f"{crash.kind} {_digest(crash.text)} |" if crash.line is None else VAGUE
    return " ".join([crash.kind, operation, *(told or [_digest(crash.text)])]) + f" |{operands}"


def _alike(one: str | None, other: str | None) -> bool:
    """Whether two crashes are the same as far as both are known."""
    if one is None or other is None or VAGUE in (one, other):
        return False
    (what, _, mine), (that, _, others) = one.rpartition("|"), other.rpartition("|")
    return what == that and (not mine or not others or mine == others)


def _rounded(number: float) -> float:
    return float(f"{number:.13g}")


def _digest(data: bytes | str) -> str:
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data  # practice mode skips the wire
    return hashlib.sha256(data).hexdigest()[:16]
