"""``after.json`` of a unit: its sealed texts, and for each exercise the ways to its key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.messages.errors import CourseError
from graders.probe import Trace
from graders.sealing.quantise import Grid, material
from graders.sealing.vault import combined, key_from, proof_of, unlocked

__all__ = ["FILE", "Block", "Lock", "Seal", "Way", "lock_bytes", "parsed_lock", "read_lock"]

FILE = "after.json"
SCHEMA = 1
LARGEST = 16 << 20  # bytes
MOST_REPEATS = 16


@dataclass(frozen=True)
class Way:
    """One right convention: the grids of its answers, and the exercise's key, encrypted with these answers."""

    grids: tuple[Grid, ...]
    sealed: bytes


@dataclass(frozen=True)
class Seal:
    """What opens an exercise's key; ``stretched``: the answers hold few bits, so each attempt is made more expensive.

    ``relabelled``: weights in another order are also right and must be tried. ``repeats``: of the sealing runs.
    """

    ways: tuple[Way, ...]
    proof: bytes
    stretched: bool
    relabelled: bool
    repeats: int = 1
    bits: int = 0  # of its weakest way, for the course's table


@dataclass(frozen=True)
class Block:
    """One text of these exercises, in each language; it ``needs`` these exercises' keys, or none if it is open."""

    exercises: tuple[str, ...]
    needs: tuple[str, ...]
    texts: Mapping[str, bytes]


@dataclass(frozen=True)
class Lock:
    """Everything sealed in a unit."""

    unit: str
    seals: Mapping[str, Seal] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def block_of(self, symbol: str) -> Block | None:
        return next((block for block in self.blocks if symbol in block.exercises), None)

    def runs_of(self, symbol: str) -> frozenset[str]:
        """The sealing runs from which a key is derived."""
        return frozenset(grid.run for way in self.seals[symbol].ways for grid in way.grids)

    def key_of(self, symbol: str, traces: Mapping[str, Trace]) -> bytes | None:
        """The exercise's key, if these are a right answer's outputs on the sealing inputs."""
        seal, where = self.seals[symbol], f"{self.unit}.{symbol}"
        for way in seal.ways:
            answers = material(way.grids, traces)
            if answers is None:
                continue
            key = unlocked(key_from(answers, where, seal.stretched), way.sealed, where)
            if key is not None and self.fits(symbol, key):
                return key
        return None

    def fits(self, symbol: str, key: bytes | None) -> bool:
        """Whether a stored key still opens this exercise."""
        return symbol in self.seals and key is not None and proof_of(key) == self.seals[symbol].proof

    def text(self, block: Block, keys: Mapping[str, bytes], lang: str) -> str | None:
        """A block's text, if the keys that it needs are available; in another language if this one is absent."""
        said = lang if lang in block.texts else next(iter(block.texts))
        if not block.needs:
            return block.texts[said].decode("utf-8", "replace")
        found = [keys[name] for name in block.needs if self.fits(name, keys.get(name))]
        if len(found) < len(block.needs):
            return None
        key = combined(found, self.unit)
        content = unlocked(key, block.texts[said], self.unit, *block.exercises, said)
        return content.decode("utf-8", "replace") if content is not None else None


# --- as a file ---


def lock_bytes(lock: Lock) -> bytes:
    """``after.json``."""
    seals = {
        symbol: {
            "ways": [
                {
                    "grids": [[one.run, one.output, one.exponent, _told(one.mask)] for one in way.grids],
                    "key": _told(way.sealed),
                }
                for way in seal.ways
            ],
            "proof": _told(seal.proof),
            "stretched": seal.stretched,
            "relabelled": seal.relabelled,
            "repeats": seal.repeats,
            "bits": seal.bits,
        }
        for symbol, seal in lock.seals.items()
    }
    blocks = [
        {
            "exercises": list(block.exercises),
            "needs": list(block.needs),
            "texts": {
                lang: _told(text) if block.needs else text.decode() for lang, text in sorted(block.texts.items())
            },
        }
        for block in lock.blocks
    ]
    whole = {"schema": SCHEMA, "unit": lock.unit, "seals": seals, "blocks": blocks}
    return json.dumps(whole, ensure_ascii=False, indent=0, sort_keys=True).encode() + b"\n"


def _told(content: bytes) -> str:
    return base64.b64encode(content).decode()


def read_lock(folder: Path) -> Lock | None:
    """The lock in a unit's folder, or None; CourseError for a file that ``lock_bytes`` would never write."""
    path = folder / FILE
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST >> 20} MB")
        return parsed_lock(path.read_bytes())
    except Exception as error:
        raise CourseError("after.unreadable", path=str(path), kind=type(error).__name__, text=f"{error}") from error


def parsed_lock(content: bytes) -> Lock:
    """The lock that ``lock_bytes`` wrote; any exception for other data."""
    data = json.loads(content)
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema is {data['schema']!r:.20}, expected {SCHEMA}")
    seals = {_text(name): _seal(entry) for name, entry in data["seals"].items()}
    lock = Lock(_text(data["unit"]), seals, tuple(map(_block, data["blocks"])))
    if any(name not in seals for block in lock.blocks for name in block.needs):
        raise ValueError("a text needs an exercise that is not sealed")
    return lock


def _seal(data: Mapping[str, Any]) -> Seal:
    ways = tuple(Way(tuple(map(_grid, one["grids"])), _bytes(one["key"])) for one in data["ways"])
    if not ways or not all(way.grids for way in ways):
        raise ValueError("a seal without a way to open it")
    repeats = data["repeats"]
    if type(repeats) is not int or not 1 <= repeats <= MOST_REPEATS:
        raise ValueError("a seal with a wrong number of runs")
    stretched, relabelled = (data[name] is True for name in ("stretched", "relabelled"))
    return Seal(ways, _bytes(data["proof"]), stretched, relabelled, repeats, int(data["bits"]))


def _grid(data: Sequence[Any]) -> Grid:
    run, output, exponent, mask = data
    if type(exponent) is not int or abs(exponent) > 1000:
        raise ValueError("a grid with a wrong step")
    return Grid(_text(run), _text(output), exponent, _bytes(mask))


def _block(data: Mapping[str, Any]) -> Block:
    exercises, needs = (tuple(map(_text, data[name])) for name in ("exercises", "needs"))
    texts = {_text(lang): _bytes(text) if needs else _text(text).encode() for lang, text in data["texts"].items()}
    if not exercises or not texts:
        raise ValueError("a text of no exercise, or in no language")
    return Block(exercises, needs, texts)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("a name is no text")
    return value


def _bytes(value: Any) -> bytes:
    return base64.b64decode(_text(value), validate=True)
