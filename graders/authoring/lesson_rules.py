"""What a lesson that follows the template must contain: its parts in both languages; each complaint has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from graders.authoring.complaint import Complaint
from graders.authoring.lesson import HEAD, PLACEHOLDER, RUN, lesson_text, load_lesson, placed_figures, split_lines
from graders.authoring.unit_work import lines_to_write
from graders.courses.course import Course

__all__ = ["lesson_faults", "unit_faults"]

GOALS = {"en": "**After this unit you can**", "ko": "**이 단원을 마치면**"}
PREDICT = {"en": "**Predict.**", "ko": "**예측해 보세요.**"}
NOTE = {"en": "> **Note.**", "ko": "> **참고.**"}
SOURCES = {"en": "> **Sources.**", "ko": "> **출처.**"}
FEWEST_GOALS, MOST_GOALS = 2, 4
MOST_LINES = 20  # lines to write between two checks: about fifteen
# A self-learner has seen neither slides nor books: only notes may mention them.
_ELSEWHERE = re.compile(
    r"\bS[0-4]\b|슬라이드|(?i:\b(?:the|both|two) books?\b)"
    r"|(?i:\bslides?\b)(?! (?:over|along|across|past|by|through|down|from|with|one|to)\b)"  # a sliding window
)
_CODE = re.compile(r"`[^`]*`")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*")  # the line below a table header


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    where: str  # as ``split_lines`` names them

    @property
    def plain(self) -> bool:
        return self.where == "text"


@dataclass(frozen=True)
class _Section:
    """A ``##`` and what follows it; the first section has none."""

    title: str
    line: int
    lines: tuple[_Line, ...]

    @property
    def exercises(self) -> list[str]:
        return [found[1] for one in self.lines if one.plain and (found := PLACEHOLDER.match(one.text))]


def unit_faults(course: Course, unit: str) -> Iterator[Complaint]:
    """What the unit itself must state: minutes, a start hint for every exercise, small enough steps."""
    spec = course.spec(unit)
    if not spec.about.minutes:
        yield Complaint(unit, "it says no minutes; give Unit(minutes=...), what a learner needs for all of it")
    for symbol, exercise in spec.exercises.items():
        if not exercise.start:
            yield Complaint(f"{unit}.{symbol}", "it has no start hint; give start={...}: the smallest first step")
    order = {lang: _order(course, unit, lang) for lang in course.languages}
    for lang in course.languages[1:]:
        if order[lang] != order[course.languages[0]]:
            what = "places exercises and blocks to run in another order than the first language"
            yield Complaint(f"{unit}/lesson.{lang}.md", f"{what}: {order[lang]}, expected {order[course.languages[0]]}")
    source = course.solution(unit)
    for symbol in spec.exercises:
        count = lines_to_write(source, symbol, tuple(spec.exercises))
        if count > MOST_LINES:
            what = f"it asks for {count} lines between two checks, expected about fifteen (at most {MOST_LINES})"
            yield Complaint(f"{unit}.{symbol}", f"{what}; split it into exercises")


def _order(course: Course, unit: str, lang: str) -> list[str]:
    return [part if kind == "exercise" else kind for kind, part in load_lesson(course, unit, lang) if kind != "text"]


def lesson_faults(course: Course, unit: str, lang: str) -> Iterator[Complaint]:
    """What the template requires of one lesson, in its order."""
    text = lesson_text(course, unit, lang)
    lines = [_Line(*one) for one in split_lines(text)]
    sections = list(_sections(lines))
    at = partial(_at, unit, lang)
    yield from (at(*one) for one in _head_faults(lines, sections[0], lang))
    with_exercises = [section for section in sections if section.exercises]
    for section in with_exercises:
        if not section.title:
            yield at(section.line, "places an exercise before the first section; begin one with ## …")
        yield from (at(*one) for one in _section_faults(section))
    yield from (at(*one) for one in _predict_faults(lines, lang))
    yield from (at(*one) for one in _closing_faults(sections[-1], lang))
    for one in lines:
        found = _ELSEWHERE.search(_CODE.sub("", one.text)) if not one.text.startswith(">") else None
        if found:
            what = f"speaks of {found[0]!r}, which a self-learner has never seen; put it into a note: {NOTE[lang]} …"
            yield at(one.number, what)


def _at(unit: str, lang: str, line: int, what: str) -> Complaint:
    return Complaint(f"{unit}/lesson.{lang}.md:{line}", what)


def _sections(lines: list[_Line]) -> Iterator[_Section]:
    starts = [0, *(at for at, one in enumerate(lines) if one.plain and one.text.startswith("## ")), len(lines)]
    for first, last in pairwise(starts):
        own = tuple(lines[first:last])
        title = own[0].text.removeprefix("## ").strip() if own and own[0].text.startswith("## ") else ""
        yield _Section(title, own[0].number if own else 1, own)


def _head_faults(lines: list[_Line], first: _Section, lang: str) -> Iterator[tuple[int, str]]:
    if not lines or not lines[0].text.startswith("# "):
        yield 1, "does not begin with its title: # …"
    goals = next((at for at, one in enumerate(first.lines) if one.text.strip() == GOALS[lang]), None)
    if goals is None:
        yield (
            first.line,
            f"has no goals; write {GOALS[lang]} and a list of two or three points before the first section",
        )
    else:
        count = 0
        for one in first.lines[goals + 1 :]:
            if one.text.startswith(("- ", "* ")):
                count += 1
            elif one.text.strip() and not one.text.startswith("  "):
                break
        if not FEWEST_GOALS <= count <= MOST_GOALS:
            yield first.lines[goals].number, f"has {count} goals below {GOALS[lang]}, expected two or three"
        if not any(one.text.strip() and one.plain for one in first.lines[1:goals]):
            yield first.line, "has no paragraph between its title and its goals; say why: one question or number"
    heads = [one.number for one in lines if one.plain and HEAD.match(one.text)]
    if heads != [number for number in heads if number <= first.lines[-1].number][:1] or not heads:
        yield (heads or [first.line])[-1], "needs the line <!-- head --> once, before the first section"


def _section_faults(section: _Section) -> Iterator[tuple[int, str]]:
    """A figure, a formula and a table in every section where something is to be written."""
    plain = [one.text for one in section.lines if one.plain]
    formula = any(one.where == "formula" or re.search(r"\$[^$]+\$", one.text) for one in section.lines)
    wanted = {
        "figure: ![…](figures/NAME.svg)": any(True for _ in placed_figures("\n".join(plain))),
        "formula: $…$": formula,
        "table: of shapes, or of numbers worked out": any(_RULE.fullmatch(text) for text in plain),
    }
    for name, there in wanted.items():
        if not there:
            yield (
                section.line,
                f"the section {section.title!r} asks for {', '.join(section.exercises)} and has no {name}",
            )


def _predict_faults(lines: list[_Line], lang: str) -> Iterator[tuple[int, str]]:
    """At least one question is followed by the code that answers it."""
    texts = [(one.number, one.text.strip()) for one in lines if one.text.strip()]
    asked, answered = [], 0
    for number, text in texts:
        if text.startswith(PREDICT[lang]):
            asked.append(number)
        elif text == RUN and asked:
            answered, asked = answered + 1, []
        elif text.startswith(("## ", "<!-- exercise")):
            yield from ((one, f"{PREDICT[lang]} is not followed by a block {RUN}") for one in asked)
            asked = []
    yield from ((one, f"{PREDICT[lang]} is not followed by a block {RUN}") for one in asked)
    if not answered:
        yield texts[-1][0] if texts else 1, f"has nothing to predict and run: {PREDICT[lang]} …, then a block {RUN}"


def _closing_faults(last: _Section, lang: str) -> Iterator[tuple[int, str]]:
    if last.exercises:
        found = ", ".join(last.exercises)
        yield (
            last.line,
            f"ends with the section {last.title!r}, which has the exercise {found}; close in one of its own",
        )
    elif not last.title:
        yield last.line, "has no section; begin each with ## …"
    elif not any(one.text.startswith(SOURCES[lang]) for one in last.lines):
        yield last.line, f"the closing section {last.title!r} names no sources; end it with {SOURCES[lang]} …"
