"""Prose that people read: plain words in English; in Korean one term per concept, and no space before a particle."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from graders.authoring.prose import dated_words, detached_particles, other_terms, terms
from graders.messages.catalogue import MESSAGES

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "graders" / "compare" / "hints.py"]
    + [path for folder in ("docs", "docker") for path in (ROOT / folder).rglob("*.md")]
    + [path for kind in ("*.md", "*.toml") for path in (ROOT / "reference").rglob(kind)]
    + list((ROOT / "graders" / "exercises").glob("*.py"))
)
KOREAN = [path for path in TEXTS if path.is_relative_to(ROOT / "reference") or path.suffix == ".py"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_text_has_no_dated_word(path: Path) -> None:
    assert list(dated_words(path.read_text(encoding="utf-8"))) == []


def test_messages_have_no_dated_word() -> None:
    assert {id: sentence for id, sentence in MESSAGES.items() if [*dated_words(sentence)]} == {}


@pytest.mark.parametrize("path", KOREAN, ids=named)
def test_korean_particle_follows_without_a_space(path: Path) -> None:
    assert list(detached_particles(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", KOREAN, ids=named)
def test_korean_keeps_to_the_glossary(path: Path) -> None:
    assert list(other_terms(path.read_text(encoding="utf-8"))) == []


def test_korean_messages_keep_to_the_glossary_and_to_their_particles() -> None:
    catalogue = ROOT / "graders" / "locale" / "ko" / "LC_MESSAGES" / "deepgrade.po"
    with catalogue.open("rb") as file:
        said = [str(message.string) for message in read_po(file) if message.id and message.string]
    assert len(said) > 500
    assert [slip for text in said for slip in (*other_terms(text), *detached_particles(text))] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("값 `x` 는 `y` 와 같다", 2),
        ("값 $x$는 `y`와 같다", 0),
        ("형상 `x` 이상", 0),
        ("$a$ 와 `b` 중", 1),
        ("먼저 `col2im`\n으로 되돌리고", 1),
        ("0 > 0 과 (1, 1) 은", 2),
        ("x = 0일 때 (1, 1)은", 0),
    ],
)
def test_detached_particles_are_found(text: str, count: int) -> None:
    assert len([*detached_particles(text)]) == count


def test_glossary_names_each_concept_once_in_both_languages() -> None:
    assert len({term.en for term in terms()}) == len(terms()) > 20
    assert all(term.en and term.ko for term in terms())
    assert sum(len(term.avoid) for term in terms()) >= 19


def test_word_that_is_not_the_glossarys_is_found_with_its_line() -> None:
    found = list(other_terms("형상\n출력의 모양과 초기값"))
    assert [(one.line, one.found, one.instead) for one in found] == [(2, "모양", "형상"), (2, "초기값", "초깃값")]
