"""The library: every file under ``cases/`` is one attack, and its header says what it tries and what must happen.

The header is TOML in comments, to the first empty line. Below stands what is handed in as ``u06_bench.py``; or several
files, each after a line ``# file: NAME``; or, where the header says ``built = true``, ``build(folder, words)``, which
makes what no text can be (links, pipes, archives, notebooks) and gives its path.

``expect``: verdicts of the report, any of which is right; of a class, a table student → verdicts. ``earns``: points of
its honest part, exactly, or [least, most]. ``flags``: rules of the policy that must be reported. ``endings``: exercise
→ verdict(s). ``never``: what must stand in no byte that a student sees. ``weak``: the weakened grader under which the
attack succeeds (``grader`` and its options), and by what that ``shows``.
"""

from __future__ import annotations

import re
import runpy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["BLOCKS", "Case", "chunks", "load_cases", "stage"]

ROOT = Path(__file__).parent
BLOCKS = ("host", "forging", "leakage", "exhaustion", "rules", "uploads", "notebooks")
CHUNK = 12  # cases between two controls
FILE = re.compile(r"\n# file: (.+)\n")


@dataclass(frozen=True)
class Case:
    block: str
    name: str
    what: str
    expect: Any
    path: Path
    built: bool = False
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
    folder = ROOT / "cases"
    stray = [path for path in folder.rglob("*") if path.is_file() and (path.suffix, path.parents[1]) != (".py", folder)]
    assert stray == [], "a case is one file, cases/<block>/<name>.py"
    found = [_load(path) for path in folder.glob("*/*.py")]
    return tuple(sorted(found, key=lambda case: (BLOCKS.index(case.block), case.name)))


def _load(path: Path) -> Case:
    header, _ = _parts(path)
    data = tomllib.loads(header)
    earns = data.pop("earns", 0)
    lists = {name: tuple(data.pop(name)) for name in ("flags", "never") if name in data}
    low, high = earns if isinstance(earns, list) else (earns, earns)
    endings = {exercise: _several(verdicts) for exercise, verdicts in data.pop("endings", {}).items()}
    return Case(block=path.parent.name, name=path.stem, path=path, earns=(low, high), endings=endings, **lists, **data)


def _parts(path: Path) -> tuple[str, str]:
    """The header without its comment signs, and what stands below the empty line after it."""
    header, _, content = path.read_bytes().decode().partition("\n\n")
    return re.sub(r"^# ?", "", header, flags=re.MULTILINE), content


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
    """Lay the upload out as a student would hand it in; ``@@NAME@@`` in its files becomes what ``words`` says."""
    to.mkdir(parents=True)
    if case.built:
        return Path(runpy.run_path(str(case.path))["build"](to, dict(words)))
    for name, content in _files(case).items():
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_filled(content, words).encode())
    files = [*to.iterdir()]
    return files[0] if len(files) == 1 else to


def _files(case: Case) -> dict[str, str]:
    _, content = _parts(case.path)
    first, *rest = FILE.split(f"\n{content}")
    return dict(zip(rest[::2], rest[1::2], strict=True)) if rest else {"u06_bench.py": first[1:]}


def _filled(content: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        content = content.replace(f"@@{name}@@", word)
    return content
