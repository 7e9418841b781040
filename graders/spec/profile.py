"""What a course says of all its exercises and the engine therefore need not know; plain data, in the sandbox as well.

Without a word in ``course.toml`` nothing is made compatible, and points and hints are as the defaults here say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Compatibility", "Profile", "Spellings"]

Spellings = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Compatibility:
    """What older code and code of the course's books may rely on.

    ``packages``: what of them was not handed in is found among the student's own units, and besides these
    ``package_names``. ``numpy_names``: names that NumPy has dropped. Both say what a name stands for: a type of Python
    (``int``) or a name of NumPy (``np.prod``); a name of a package also NumPy itself (``np``), true or false.
    ``spellings``: groups of names for one keyword option (``lr``, ``learning_rate``).
    """

    packages: tuple[str, ...] = ()
    package_names: Mapping[str, str | bool] = field(default_factory=dict)
    numpy_names: Mapping[str, str] = field(default_factory=dict)
    spellings: Spellings = ()

    def to_plain(self) -> dict[str, Any]:
        """As JSON values, for a guest."""
        return asdict(self)

    @staticmethod
    def from_plain(data: Mapping[str, Any]) -> Compatibility:
        """What ``to_plain`` wrote, or a table of a ``course.toml``; nothing where it says nothing."""
        return Compatibility(
            tuple(data.get("packages", ())),
            dict(data.get("package_names", {})),
            dict(data.get("numpy_names", {})),
            tuple(map(tuple, data.get("spellings", ()))),
        )


@dataclass(frozen=True)
class Profile:
    """``follow_through``: the part of its points that a backward keeps which is right for a wrong forward.

    ``name_at``: the hint with which a recognized mistake is named, 0 at once; ``rungs``: hints per mistake.
    """

    compatibility: Compatibility = field(default_factory=Compatibility)
    follow_through: float = 0.5
    name_at: int = 2  # the name often is the answer: first a hint where to look, and a question
    rungs: int = 3
