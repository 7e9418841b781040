"""``deepgrade explain``: the explanation of an exercise, once it is open."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import (
    FINE,
    HERE,
    NOT_PASSED,
    course_option,
    exercises_of,
    json_option,
    lang_option,
    language_of,
    options,
)
from graders.commands.output import print_json

if TYPE_CHECKING:
    from graders.courses.course import Course
    from graders.practice.after import Said


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@options(course_option, lang_option, json_option)
def explain(names: tuple[str, ...], course: Path | None, lang: str | None, as_json: bool) -> int:
    """Print the explanation of a passed exercise: why it works, an idiomatic solution, what to try next.

    NAME is an exercise (Affine, u06.Affine, u06::Affine) or a whole unit. Staff who name their course see everything.
    """
    from graders.courses.course import Course
    from graders.feedback.messages import render_message
    from graders.host.trust import course_to_practise

    found, code = Course(course_to_practise(course, HERE)), language_of(lang)
    chosen = list(dict.fromkeys(one for name in names for one in _named(found, name)))
    said = _said(found, chosen, code, staff=course is not None and found.references.is_dir(), named=course)
    refused = [render_message(message, code) for message in said.refused]
    if as_json:
        print_json({"schema": 1, "texts": list(said.texts), "closed": refused})
    else:
        click.echo("\n".join([*map(_plain, said.texts), *(refused if len(chosen) == 1 or not said.texts else ())]))
    return FINE if said.texts else NOT_PASSED


def _named(course: Course, name: str) -> Iterator[str]:
    """``unit.symbol`` of every exercise that a name refers to."""
    from graders.submission.naming import unit_of_folder

    asked = name.replace("::", ".")
    unit = unit_of_folder(asked, course.units)
    if unit is not None:
        yield from (f"{unit}.{symbol}" for symbol in course.spec(unit).exercises)
    else:
        yield from exercises_of(course, [asked], (), "")


def _said(course: Course, chosen: list[str], lang: str, *, staff: bool, named: Path | None) -> Said:
    from graders.messages.message import Message
    from graders.practice.after import Said, after_of, explained
    from graders.practice.unit import find_expected

    pairs = [(unit, symbol) for unit, _, symbol in (one.partition(".") for one in chosen)]
    if staff:
        return _of_staff(course, pairs, lang)
    if course.manifest.after == "staff":
        return Said((), tuple(Message("after.staff", {"name": symbol}) for _, symbol in pairs))
    folders = {unit: find_expected(HERE.resolve(), unit, named) for unit, _ in pairs}
    afters = {unit: after_of(folder, course.spec(unit), HERE) for unit, folder in folders.items()}
    return explained([(afters[unit], symbol) for unit, symbol in pairs], lang)


def _of_staff(course: Course, pairs: list[tuple[str, str]], lang: str) -> Said:
    """Explanations from the reference itself."""
    from graders.authoring.after_texts import load_after
    from graders.messages.message import Message
    from graders.practice.after import Said

    spoken = lang if lang in course.languages else course.languages[0]
    blocks = {unit: load_after(course, unit, spoken) for unit, _ in pairs}
    texts, refused = [], []
    for unit, symbol in pairs:
        mine = [block.text for block in blocks[unit] if symbol in block.exercises]
        texts += mine
        refused += [] if mine else [Message("after.none", {"name": symbol})]
    return Said(tuple(dict.fromkeys(texts)), tuple(refused))


def _plain(text: str) -> str:
    """Text for a terminal, without control characters that move the cursor or change colours."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf"))
