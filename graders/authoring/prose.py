"""The rules for prose: one term per concept, plain English, no space before a Korean particle."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["GLOSSARY", "Slip", "Term", "dated_words", "detached_particles", "other_terms", "terms"]

GLOSSARY = Path(__file__).with_name("glossary.toml")
PARTICLES = (
    "은 는 이 가 을 를 과 와 의 에 에는 에서 에서는 로 으로 로는 으로는 도 만 만이 까지 부터 라는 이라는 "
    "라고 이라고 처럼 보다 마다 이고 이며 이면 인 인데 이므로 이나 이란 란 여야 이어야 입니다 이다"
)
# A particle may also start the next line: Markdown turns the line break into a space.
_DETACHED = re.compile(rf"[^\s가-힣,.:;?!(\[{{<>|*'\"#][ \n] *({'|'.join(PARTICLES.split())})(?![가-힣])")


@dataclass(frozen=True)
class Term:
    """A concept's name in both languages; ``avoid``: names not to use for it in Korean."""

    en: str
    ko: str
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slip:
    """Words that a line of text should not contain, and the replacement, if there is one."""

    line: int
    found: str
    instead: str = ""


@lru_cache(maxsize=1)
def _data() -> tuple[tuple[Term, ...], dict[str, str]]:
    data = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))
    found = (Term(one["en"], one["ko"], tuple(one.get("not", ()))) for one in data["term"])
    return tuple(found), data["dated"]


def terms() -> tuple[Term, ...]:
    """The glossary, one entry per concept."""
    return _data()[0]


def other_terms(text: str) -> Iterator[Slip]:
    """Korean words for which the glossary has a different term."""
    for term in terms():
        for found in re.finditer("|".join(term.avoid), text) if term.avoid else ():
            yield Slip(_line(text, found.start()), found[0], term.ko)


def dated_words(text: str) -> Iterator[Slip]:
    """Dated English words and phrases."""
    for pattern, instead in _data()[1].items():
        for found in re.finditer(rf"\b{pattern}\b", text, re.IGNORECASE):
            yield Slip(_line(text, found.start()), found[0], instead)


def detached_particles(text: str) -> Iterator[Slip]:
    """Places where a space separates a Korean particle from the formula or code before it."""
    for found in _DETACHED.finditer(text):
        if _closes(text, found.start()):
            near = text[max(0, found.start() - 20) : found.end() + 6].replace("\n", " ")
            yield Slip(_line(text, found.start()), near)


def _closes(text: str, at: int) -> bool:
    """Whether a mark closes a formula or code; any character that is not such a mark counts as closing."""
    if text[at] not in "`$":
        return True
    return text[text.rfind("\n", 0, at) + 1 : at + 1].count(text[at]) % 2 == 0


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
