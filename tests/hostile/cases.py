"""The library: every folder under ``cases/`` is one attack, its ``case.toml`` says what it tries and what must happen.

``expect``: verdicts of the report, any of which is right; of a class, a table student → verdicts. ``earns``: points of
its honest part, exactly, or [least, most]. ``flags``: rules of the policy that must be reported. ``endings``: exercise
→ verdict(s). ``never``: what must stand in no byte that a student sees. ``weak``: the weakened grader under which the
attack succeeds (``grader`` and its options), and by what that ``shows``.
"""

from __future__ import annotations

import runpy
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["BLOCKS", "Case", "chunks", "load_cases", "stage"]

ROOT = Path(__file__).parent
BLOCKS = ("host", "forging", "leakage", "exhaustion", "rules", "uploads", "notebooks")
CHUNK = 12  # cases between two controls


@dataclass(frozen=True)
class Case:
    block: str
    name: str
    what: str
    expect: Any
    folder: Path
    earns: tuple[float, float] = (0, 0)
    flags: tuple[str, ...] = ()
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    weak: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.block}/{self.name}"

    def verdicts(self, student: str = "") -> tuple[str, ...]:
        return _several(self.expect[student] if isinstance(self.expect, dict) else self.expect)


def load_cases() -> tuple[Case, ...]:
    """Every case, by block and name."""
    found = [_load(path) for path in sorted((ROOT / "cases").glob("*/*/case.toml"))]
    return tuple(sorted(found, key=lambda case: (BLOCKS.index(case.block), case.name)))


def _load(path: Path) -> Case:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    earns = data.pop("earns", 0)
    lists = {name: tuple(data.pop(name)) for name in ("flags", "never") if name in data}
    low, high = earns if isinstance(earns, list) else (earns, earns)
    endings = {exercise: _several(verdicts) for exercise, verdicts in data.pop("endings", {}).items()}
    case = Case(name=path.parent.name, folder=path.parent, earns=(low, high), endings=endings, **lists, **data)
    assert case.block == path.parent.parent.name, f"{path} says block {case.block!r}"
    return case


def _several(verdicts: str | list[str]) -> tuple[str, ...]:
    return (verdicts,) if isinstance(verdicts, str) else tuple(verdicts)


def chunks(cases: tuple[Case, ...]) -> dict[str, list[Case]]:
    """Cases of one block that are graded one after another, between two controls."""
    found: dict[str, list[Case]] = {}
    for block in BLOCKS:
        mine = [case for case in cases if case.block == block]
        count = -(-len(mine) // CHUNK)
        for place, case in enumerate(mine):
            found.setdefault(f"{block}-{place * count // len(mine) + 1}", []).append(case)
    return found


def stage(case: Case, to: Path, words: Mapping[str, str]) -> Path:
    """Lay the upload out as a student would hand it in; ``@@NAME@@`` in its files becomes what ``words`` says.

    A ``build.py`` makes what cannot lie in a repository (links, pipes, bombs): ``build(folder, words)`` gives the path.
    """
    to.mkdir(parents=True)
    if (case.folder / "build.py").is_file():
        built = runpy.run_path(str(case.folder / "build.py"))["build"](to, dict(words))
        return Path(built)
    for path in sorted(case.folder.rglob("*")):
        target = to / path.relative_to(case.folder)
        if path.is_dir():
            target.mkdir()
        elif path.name != "case.toml":
            target.write_bytes(_filled(path.read_bytes(), words))
            shutil.copymode(path, target)
    files = [path for path in to.iterdir() if path.name != "case.toml"]
    return files[0] if len(files) == 1 else to


def _filled(content: bytes, words: Mapping[str, str]) -> bytes:
    for name, word in words.items():
        content = content.replace(f"@@{name}@@".encode(), word.encode())
    return content
