"""What a course sets for all its exercises, so that the engine need not know it; plain data, also in the sandbox.

If ``course.toml`` sets nothing, nothing is made compatible, and points and hints follow the defaults here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Compatibility", "Profile", "Spellings"]

Spellings = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Compatibility:
    """What older code and the code of the course's books may rely on.

    ``packages``: parts of them that were not handed in are found among the student's own units, plus
    ``package_names``. ``numpy_names``: names that NumPy has dropped. Both give a name's meaning: a Python type
    (``int``) or a name in NumPy (``np.prod``); for a name of a package also NumPy itself (``np``), true or false.
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
        """From the output of ``to_plain``, or a table of a ``course.toml``; absent entries stay empty."""
        return Compatibility(
            tuple(data.get("packages", ())),
            dict(data.get("package_names", {})),
            dict(data.get("numpy_names", {})),
            tuple(map(tuple, data.get("spellings", ()))),
        )


@dataclass(frozen=True)
class Profile:
    """``follow_through``: the share of its points kept by a backward that is right for a wrong forward.

    ``name_at``: the hint with which a recognized mistake is named, 0 for at once; ``rungs``: hints per mistake.
    """

    compatibility: Compatibility = field(default_factory=Compatibility)
    follow_through: float = 0.5
    name_at: int = 2  # the name is often the answer: first a hint where to look, and a question
    rungs: int = 3
