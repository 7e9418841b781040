"""Explanations of exercises: opened by the student's own passing answers, and readable again later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.courses.course import UnitSpec
from graders.messages.message import Message
from graders.practice.opened import Keyring, keyring_for
from graders.sealing.lock import Lock, read_lock

__all__ = ["After", "Said", "after_of", "explained"]


@dataclass(frozen=True)
class After:
    """The explanations of one unit, and the student's keys to them."""

    spec: UnitSpec
    lock: Lock
    keyring: Keyring

    def keys(self) -> dict[str, bytes]:
        """The stored keys that fit."""
        kept = self.keyring.of(self.lock.unit)
        return {symbol: key for symbol, key in kept.items() if self.lock.fits(symbol, key)}

    def open(self) -> list[str]:
        """The exercises whose explanations may be read now."""
        keys = self.keys()
        return [name for block in self.lock.blocks if {*block.needs} <= keys.keys() for name in block.exercises]

    def said(self, symbol: str, lang: str) -> str | None:
        """The explanation of an exercise; None if there is none, or it is not open."""
        block = self.lock.block_of(symbol)
        return self.lock.text(block, self.keys(), lang) if block is not None else None

    def refused(self, symbol: str) -> Message:
        """Why there is nothing to read."""
        block = self.lock.block_of(symbol)
        if block is None:
            return Message("after.none", {"name": symbol})
        keys = self.keys()
        names = [name for name in block.needs if name not in keys]
        if names:
            return Message("after.locked", {"name": symbol, "needed": ", ".join(names)})
        return Message("after.changed", {"name": symbol})  # the keys are there, but the text is not the one they locked

    def unlock(self, symbol: str, key: bytes | None) -> list[str]:
        """Keep a key; returns the exercises whose explanations it has newly opened."""
        if key is None:
            return []
        before = self.keys()
        self.keyring.add(self.lock.unit, {symbol: key})
        after = {**before, symbol: key}
        return [
            name
            for block in self.lock.blocks
            if symbol in block.needs and not {*block.needs} <= before.keys() and {*block.needs} <= after.keys()
            for name in block.exercises
        ]

    def told(self, names: Iterable[str], id: str = "after.opened") -> list[Message]:
        """A message that these are open now, in the unit's order."""
        opened = {*names}
        said = [name for name in self.spec.exercises if name in opened]
        return [Message(id, {"names": ", ".join(said), "first": said[0]})] if said else []

    def closed(self, symbol: str) -> bool:
        """Whether the exercise has a key that the student does not have yet."""
        return symbol in self.lock.seals and symbol not in self.keys()


def after_of(folder: Path, spec: UnitSpec, start: Path) -> After | None:
    """The explanations of the unit whose expected values are in ``folder``, with the keys kept for ``start``."""
    lock = read_lock(folder)
    return After(spec, lock, keyring_for(start)) if lock is not None and lock.unit == spec.unit else None


@dataclass(frozen=True)
class Said:
    """The open texts, each once, and for the other exercises why there is none."""

    texts: tuple[str, ...]
    refused: tuple[Message, ...]


def explained(asked: Sequence[tuple[After | None, str]], lang: str) -> Said:
    """What may be read of these exercises; without a lock, nothing."""
    texts: list[str] = []
    refused: list[Message] = []
    for after, symbol in asked:
        text = after.said(symbol, lang) if after is not None else None
        if text is not None:
            texts.append(text)
        else:
            refused.append(after.refused(symbol) if after is not None else Message("after.none", {"name": symbol}))
    return Said(tuple(dict.fromkeys(texts)), tuple(refused))
