"""Which texts a student has opened: the keys of exercises that passed, kept beside their work."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.sealing.vault import KEY_BYTES

__all__ = ["HOMEWORK", "Keyring", "homework_of", "keyring_for", "own_folder"]

HOMEWORK = ".deepgrade.json"  # `start` has written it into a homework folder
KEYS = "opened.json"
LARGEST = 1 << 20  # bytes


@dataclass(frozen=True)
class Keyring:
    """The keys in one file; what is no key there is not looked at."""

    path: Path

    @staticmethod
    def at(folder: Path) -> Keyring:
        """The one that is kept in this folder."""
        return Keyring(folder / KEYS)

    def of(self, unit: str) -> dict[str, bytes]:
        """Exercise → its key, as far as they are kept."""
        found = self._kept().get(unit, {})
        return {name: key for name, key in found.items() if len(key) == KEY_BYTES}

    def add(self, unit: str, keys: Mapping[str, bytes]) -> None:
        """Keep these, too; where nobody may write, they are found again at the next check."""
        kept = self._kept()
        if not keys.items() <= kept.get(unit, {}).items():
            kept[unit] = {**kept.get(unit, {}), **keys}
            told = {name: {symbol: key.hex() for symbol, key in sorted(one.items())} for name, one in kept.items()}
            with contextlib.suppress(OSError):  # not flushed to disk: a key that is lost is found again
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
    """That of the homework folder in which ``start`` lies, else the user's own."""
    return Keyring.at(own_folder(start))


def own_folder(start: Path) -> Path:
    """Where a student's keys and checks are kept: in the homework folder of ``start``, else in the user's own."""
    homework = homework_of(start)
    if homework is not None:
        return homework / ".deepgrade"
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "deepgrade"


def homework_of(start: Path) -> Path | None:
    """The folder that ``deepgrade start`` laid out and in which ``start`` lies."""
    here = start.resolve()
    folders = (here, *here.parents)
    return next((one for one in folders if os.path.isfile(one / HOMEWORK)), None)  # unlike Path.is_file, never raises
