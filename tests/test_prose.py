"""Prose that people read: plain words in English, and no space between code or formula and a Korean particle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.catalogue import MESSAGES

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "graders" / "compare" / "hints.py"]
    + [path for folder in ("docs", "docker") for path in (ROOT / folder).rglob("*.md")]
    + [path for kind in ("*.md", "*.toml") for path in (ROOT / "reference").rglob(kind)]
    + list((ROOT / "graders" / "exercises").glob("*.py"))
)
# A letter in brackets keeps a search for the word from finding this list.
DATED = re.compile(
    r"\b(men[d](s|ed|ing)?|riva[l]s?|turned roun[d]|for wan[t] of|ha(s|ve) no sa[y]"
    r"|nobody stand[s]|anew|afresh|by heart"
    r"|our side|fault of ours|whereof|thereof|take along)\b",
    re.IGNORECASE,
)
PARTICLES = (
    "은 는 이 가 을 를 과 와 의 에 에는 에서 에서는 로 으로 로는 으로는 도 만 만이 까지 부터 라는 이라는 "
    "라고 이라고 처럼 보다 마다 이고 이며 이면 인 인데 이므로 이나 이란 란 여야 이어야 입니다 이다"
)
DETACHED = re.compile(rf"(?<=[^\s`$][`$]) (?=({'|'.join(PARTICLES.split())})(?![가-힣]))")


def detached(line: str) -> Iterator[str]:
    """Where a particle follows a closing mark with a space between them."""
    for found in DETACHED.finditer(line):
        mark = line[found.start() - 1]
        if line[: found.start()].count(mark) % 2 == 0:
            yield line[max(0, found.start() - 20) : found.end() + 6]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_text_has_no_dated_word(path: Path) -> None:
    assert [found[0] for found in DATED.finditer(path.read_text(encoding="utf-8"))] == []


def test_messages_have_no_dated_word() -> None:
    assert {id: sentence for id, sentence in MESSAGES.items() if DATED.search(sentence)} == {}


@pytest.mark.parametrize("path", [path for path in TEXTS if path.is_relative_to(ROOT / "reference")], ids=named)
def test_korean_particle_follows_without_a_space(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [place for line in lines for place in detached(line)] == []


@pytest.mark.parametrize(
    ("line", "count"),
    [("값 `x` 는 `y` 와 같다", 2), ("값 $x$는 `y`와 같다", 0), ("형상 `x` 이상", 0), ("$a$ 와 `b` 중", 1)],
)
def test_detached_particles_are_found(line: str, count: int) -> None:
    assert len(list(detached(line))) == count
