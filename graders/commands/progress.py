"""``deepgrade progress``: a student's progress."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import FINE, HERE, course_option, json_option, lang_option, language_of, options
from graders.commands.output import console, print_json

if TYPE_CHECKING:
    from rich.text import Text

    from graders.practice.progress import Progress, State, UnitProgress

TITLE, BAR = 1, 2  # columns
SHOWN: tuple[State, State] = ("passed", "work")
LEAST, WIDTH = 8, 12  # characters: of a title, of a bar


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True), default=HERE)
@options(course_option, lang_option, json_option)
def progress(folder: Path, course: Path | None, lang: str | None, as_json: bool) -> int:
    """Show what has passed, is in progress or has not been started in the homework at FOLDER, as last checked."""
    from graders.courses.course import Course
    from graders.host.trust import course_to_practise
    from graders.practice.progress import progress_of

    found = progress_of(folder, Course(course_to_practise(course, folder)))
    if as_json:
        print_json(found.to_dict())
        return FINE
    code = language_of(lang, found.language)
    _print(found, code)
    return FINE


def _print(found: Progress, lang: str) -> None:
    """A row per unit: a bar of its exercises, and the points."""
    from rich.table import Table

    from graders.feedback.messages import say
    from graders.feedback.points import number

    rows = [_cells(unit, lang) for unit in found.units]
    screen, table = console(), Table.grid(padding=(0, 2))
    others = (max(row[place].cell_len for row in rows) + 2 for place in range(len(rows[0])) if place != TITLE)
    space = screen.width - sum(others)
    for place in range(len(rows[0])):
        table.add_column(no_wrap=True, justify="right" if place > BAR else "left")
    for row in rows:
        row[TITLE].truncate(max(space, LEAST), overflow="ellipsis")
        table.add_row(*row)
    screen.print(table)
    count = sum(len(unit.exercises) for unit in found.units)
    if found.count("untouched") == count:
        click.echo(say("progress.nothing", lang))
        return
    params = {"passed": found.count("passed"), "work": found.count("work"), "count": count}
    points = {"points": number(found.points), "max_points": number(found.max_points)}
    click.echo(say("progress.total", lang, **params, **points))


def _cells(unit: UnitProgress, lang: str) -> tuple[Text, ...]:
    from rich.text import Text

    from graders.feedback.points import score_text

    count = len(unit.exercises)
    passed, work = (ceil(WIDTH * unit.count(state) / count) for state in SHOWN)  # show at least one cell
    passed = min(passed, WIDTH - (unit.count("passed") < count))  # a full bar means all passed
    work = min(work, WIDTH - passed)
    bar = Text("█" * passed, "green")
    bar.append("▒" * work, "yellow").append("·" * (WIDTH - passed - work), "dim")
    title = Text(unit.title.get(lang) or next(iter(unit.title.values())))
    points = score_text(unit.points, unit.max_points)
    return Text(unit.unit), title, bar, Text(f"{unit.count('passed')}/{count}"), Text(points)
