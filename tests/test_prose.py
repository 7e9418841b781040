"""Prose that people read: plain words in English; in Korean one term per concept, and no space before a particle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graders.messages.catalogue import MESSAGES

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "graders" / "compare" / "hints.py"]
    + [path for folder in ("docs", "docker") for path in (ROOT / folder).rglob("*.md")]
    + [path for kind in ("*.md", "*.toml") for path in (ROOT / "reference").rglob(kind)]
    + list((ROOT / "graders" / "exercises").glob("*.py"))
)
KOREAN = [path for path in TEXTS if path.is_relative_to(ROOT / "reference") or path.suffix == ".py"]
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
# A particle may stand in the next line as well: Markdown makes a space of the break.
DETACHED = re.compile(rf"[^\s가-힣,.:;?!(\[{{<>|*'\"#][ \n] *({'|'.join(PARTICLES.split())})(?![가-힣])")
# What courses call otherwise, and their word for it.
GLOSSARY = {
    "모양": "형상",
    "라벨": "레이블",
    "시점|타임스텝": "시각",
    "유닛|뉴런": "노드",
    "파라미터": "매개변수",
    "표본": "샘플",
    "예제": "샘플",
    "그래디언트|경사(?! 하강법)": "기울기",
    "아핀": "Affine 계층, 어파인 변환",
    "회차": "에폭",
    "걸음": "갱신, 갱신량",
    "회선": "합성곱",
    "문맥": "맥락",
    "초기값": "초깃값",
    "원-핫": "원핫",
    "윈도(?!우)": "창",
    "(?<![가-힣0-9])층": "계층",
    "업데이트 게이트": "갱신 게이트",
    "셀 상태": "기억 셀",
}


def detached(text: str) -> list[str]:
    """Where a particle follows a formula or code with a space between them."""
    found = DETACHED.finditer(text)
    return [text[max(0, one.start() - 20) : one.end() + 6] for one in found if closes(text, one.start())]


def closes(text: str, at: int) -> bool:
    """Whether a mark ends a formula or code; anything else that is no mark does."""
    if text[at] not in "`$":
        return True
    return text[text.rfind("\n", 0, at) + 1 : at + 1].count(text[at]) % 2 == 0


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_text_has_no_dated_word(path: Path) -> None:
    assert [found[0] for found in DATED.finditer(path.read_text(encoding="utf-8"))] == []


def test_messages_have_no_dated_word() -> None:
    assert {id: sentence for id, sentence in MESSAGES.items() if DATED.search(sentence)} == {}


@pytest.mark.parametrize("path", KOREAN, ids=named)
def test_korean_particle_follows_without_a_space(path: Path) -> None:
    assert detached(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", KOREAN, ids=named)
def test_korean_keeps_to_the_glossary(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert {word: instead for word, instead in GLOSSARY.items() if re.search(word, text)} == {}


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
    assert len(detached(text)) == count
