"""NumPy names that older code uses, available inside a ``with`` block; the course says what each stands for."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["OldNumpy", "meant"]


def meant(said: str | bool) -> Any:
    """What a name in a course's table stands for: a Python type, NumPy, one of its names; true or false as they are."""
    if isinstance(said, bool):
        return said
    module, _, name = said.partition(".")
    if module != "np":
        return getattr(builtins, module)
    return getattr(np, name) if name else np


class OldNumpy:
    """Provides ``names`` (dropped name → what it stands for), and notes every one that was used."""

    def __init__(self, names: Mapping[str, str], note: Callable[[str], None]) -> None:
        self._names, self._note = names, note

    def __enter__(self) -> None:
        self._before = np.__dict__.get("__getattr__")
        np.__dict__["__getattr__"] = self._answer

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            np.__dict__["__getattr__"] = self._before
        else:
            del np.__dict__["__getattr__"]

    def _answer(self, name: str) -> Any:
        if name in self._names:
            self._note(f"shim:np.{name}")
            return meant(self._names[name])
        if self._before is None:
            raise AttributeError(f"module 'numpy' has no attribute {name!r}")
        return self._before(name)
