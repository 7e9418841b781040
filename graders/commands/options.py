"""Options that several commands share, and what they refer to: a course, a sandbox, a language."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.sandbox.backends import DEFAULT, backend_by_name, choices

if TYPE_CHECKING:
    from graders.courses.course import Course
    from graders.sandbox.contract import Backend
    from graders.sandbox.pool import Pool

FINE, NOT_PASSED, USAGE, OURS, INTERRUPTED = 0, 1, 2, 3, 130  # exit codes

HERE = Path()

Command = Callable[..., Any]


def options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


course_option = click.option(
    "--course", type=click.Path(path_type=Path), help="The course's folder (else DEEPGRADE_COURSE, else our own)."
)
lang_option = click.option("--lang", type=click.Choice(["ko", "en"]), help="Language of the feedback.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on standard output.")
units_option = click.option(
    "--unit", "units", multiple=True, metavar="UNIT", help="Only this unit (u06 will do); may be repeated."
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 64), help="Submissions side by side (default: one per core)."
)
exit_zero_option = click.option("--exit-zero", is_flag=True, help="Exit 0 even where something did not pass.")
sandbox_option = click.option(
    "--sandbox",
    "sandbox",
    default="auto",
    show_default=True,
    help=f"{', '.join(choices())} (auto is {DEFAULT}; none is for trusted code only).",
)


def course_of(named: Path | None) -> Course:
    """The course that an author works in: the named one, else the nearest one above."""
    from graders.courses.course import find_course

    return find_course(HERE, named)


def opened_course(root: Path, lang: str) -> Course:
    """The course at ``root``, named on standard error because its code decides what is asked and graded."""
    from graders.courses.course import Course
    from graders.feedback.messages import say

    click.echo(say("ui.course", lang, path=str(root)), err=True)
    return Course(root)


def units_of(course: Course, asked: Iterable[str]) -> tuple[str, ...]:
    """The units asked for by name or number, each once. UsageError for a unit that this course does not have."""
    from graders.submission.naming import unit_of_folder

    return tuple(dict.fromkeys(course.spec(unit_of_folder(one, course.units) or one).unit for one in asked))


def exercises_of(course: Course, asked: Iterable[str], units: tuple[str, ...], file: str) -> tuple[str, ...]:
    """``unit.symbol`` of every exercise named ``Affine``, ``u06.Affine`` or by its class, searched in ``units``.

    Without ``units``, searched in the unit that the file's name says, else in all. UsageError if several units have it.
    """
    from graders.submission.naming import unit_of_folder, unit_of_name

    named = unit_of_name(file, course.units)
    chosen: list[str] = []
    for one in asked:
        first, _, rest = one.partition(".")
        unit = unit_of_folder(first, course.units) if rest else None
        places = (unit,) if unit else units or ((named,) if named else course.units)
        chosen += _exercises_named(course, one, rest if unit else one, places)
    return tuple(dict.fromkeys(chosen))


def _exercises_named(course: Course, asked: str, name: str, units: tuple[str, ...]) -> list[str]:
    from graders.messages.errors import UsageError
    from graders.messages.near import close, suggested

    known = [(unit, symbol) for unit in units for symbol in course.spec(unit).exercises]
    found = [(unit, symbol) for unit, symbol in known if symbol == name or symbol.startswith(f"{name}.")]
    if not found:
        symbols = list(dict.fromkeys(symbol for _, symbol in known))
        raise UsageError(
            "usage.no_exercise", symbol=asked, known=", ".join(symbols), near=suggested(close(name, symbols))
        )
    if len({unit for unit, _ in found}) > 1:
        places = ", ".join(f"{unit}.{name}" for unit in dict.fromkeys(unit for unit, _ in found))
        raise UsageError("magic.which_unit", name=name, known=places)
    return [f"{unit}.{symbol}" for unit, symbol in found]


def backend_of(name: str, root: Path) -> Backend:
    """A backend whose promised limits hold on this machine."""
    backend = backend_named(name, root)
    backend.check()
    return backend


def backend_named(name: str, root: Path) -> Backend:
    backend = backend_by_name(name, root)
    if name == "none":
        click.echo(
            "WARNING: --sandbox none runs students' code with your rights, your files and your network.", err=True
        )
    return backend


def pool_of(name: str, root: Path) -> Pool:
    """A pool of this backend's sandboxes, the first one already starting. SandboxError if a promised limit is missing.

    ``root`` is the course's folder, which may contain the guest's Python.
    """
    from graders.sandbox.pool import Pool

    backend = backend_named(name, root)
    pool = Pool(backend)
    pool.prepare()
    try:
        backend.check()
    except BaseException:
        pool.close()
        raise
    return pool


def language_of(option: str | None, files: str | None = None) -> str:
    """The language asked for, else the language of the student's files, else the machine's."""
    from graders.feedback.messages import language

    return language(option, os.environ, files)
