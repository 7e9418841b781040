"""Which explanations a student has opened: the keys of exercises that passed, stored beside their work."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.sealing.vault import KEY_BYTES

__all__ = ["HOMEWORK", "Keyring", "homework_of", "keyring_for", "own_folder"]

HOMEWORK = ".deepgrade.json"  # `start` writes it into a homework folder
KEYS = "opened.json"
LARGEST = 1 << 20  # bytes


@dataclass(frozen=True)
class Keyring:
    """The keys in one file; invalid ones are ignored."""

    path: Path

    @staticmethod
    def at(folder: Path) -> Keyring:
        """The keyring stored in this folder."""
        return Keyring(folder / KEYS)

    def of(self, unit: str) -> dict[str, bytes]:
        """Exercise → its key, for those that are stored."""
        found = self._kept().get(unit, {})
        return {name: key for name, key in found.items() if len(key) == KEY_BYTES}

    def add(self, unit: str, keys: Mapping[str, bytes]) -> None:
        """Store more keys; if that is not possible, the next check finds them again."""
        kept = self._kept()
        if not keys.items() <= kept.get(unit, {}).items():
            kept[unit] = {**kept.get(unit, {}), **keys}
            told = {name: {symbol: key.hex() for symbol, key in sorted(one.items())} for name, one in kept.items()}
            with contextlib.suppress(OSError):  # not flushed to disk: a lost key is found again
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")

    def _kept(self) -> dict[str, dict[str, bytes]]:
        try:
            if self.path.stat().st_size > LARGEST:
                return {}
            data = json.loads(self.path.read_bytes())
            return {
                str(unit): {str(name): bytes.fromhex(key) for name, key in keys.items()} for unit, keys in data.items()
            }
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}


def keyring_for(start: Path) -> Keyring:
    """The keyring of the homework folder around ``start``, else the user's own."""
    return Keyring.at(own_folder(start))


def own_folder(start: Path) -> Path:
    """Where a student's keys and checks are stored: in the homework folder around ``start``, else in the user's own."""
    homework = homework_of(start)
    if homework is not None:
        return homework / ".deepgrade"
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "deepgrade"


def homework_of(start: Path) -> Path | None:
    """The folder around ``start`` that ``deepgrade start`` created; None if there is none."""
    here = start.resolve()
    folders = (here, *here.parents)
    return next((one for one in folders if os.path.isfile(one / HOMEWORK)), None)  # unlike Path.is_file, never raises
