"""For authors: release, verify, start a new unit."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import (
    FINE,
    NOT_PASSED,
    course_of,
    course_option,
    exercises_of,
    json_option,
    options,
    units_of,
    units_option,
)
from graders.commands.output import print_json, progress
from graders.messages.errors import UsageError

if TYPE_CHECKING:
    from graders.authoring.complaint import Complaint
    from graders.authoring.mutation_score import Scored
    from graders.courses.course import Course


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if assignments/ is stale.")
@click.option("--to", type=click.Path(path_type=Path), help="Write a bundle for students into this folder.")
@options(units_option, course_option, json_option)
def release(only_check: bool, to: Path | None, units: tuple[str, ...], course: Path | None, as_json: bool) -> int:
    """Write assignments/ (notebooks, stubs, expected values) from reference/."""
    from graders.authoring.course_faults import course_faults
    from graders.authoring.release import release as write
    from graders.authoring.release import stale

    if only_check and to is not None:
        raise UsageError("usage.check_with_to")
    found = course_of(course)
    found.require_reference()
    units = units_of(found, units)
    if only_check:
        sentences = [f"course.toml: {fault}" for fault in course_faults(found, released=True)]
        sentences += list(stale(found, units))
        if as_json:
            print_json({"schema": 1, "stale": sentences})
        else:
            click.echo("\n".join(sentences) or "assignments/ is fresh.")
        return NOT_PASSED if sentences else FINE
    written = write(found, to, units, _processors())
    if as_json:
        print_json({"schema": 1, "written": list(map(str, written))})
    else:
        click.echo(f"{len(written)} files written to {to or found.assignments}.")
    return FINE


@click.command()
@click.option("--table", is_flag=True, help="Verify nothing; print docs/course.md, the course in figures.")
@click.option("--again", is_flag=True, help="Verify what has not changed since it was last in order, too.")
@options(units_option, course_option, json_option)
def verify(table: bool, again: bool, units: tuple[str, ...], course: Path | None, as_json: bool) -> int:
    """Prove the course: references, stubs, misconceptions, variants, trivial answers, lessons, leaks, freshness.

    A unit that passed and has not changed since, nor has anything it depends on, is not verified again.
    """
    from graders.authoring.course_table import key_lines
    from graders.authoring.verify import verify_course

    found = course_of(course)
    found.require_reference()
    chosen, findings = units_of(found, units) or found.units, list(verify_course(found))
    if not chosen and not findings:
        raise UsageError("usage.no_units", path=str(found.root))
    if table:
        return _print_table(found, chosen, as_json)
    findings += _proved(found, chosen, again=again)
    if as_json:
        print_json({"schema": 1, "findings": [{"where": one.where, "what": one.what} for one in findings]})
    else:
        click.echo("\n".join(map(str, findings)) or f"Everything holds: {', '.join(chosen)}.")
        for unit in () if findings else chosen:
            click.echo("".join(f"{line}\n" for line in key_lines(found, unit)), nl=False)
    return NOT_PASSED if findings else FINE


def _proved(course: Course, units: tuple[str, ...], *, again: bool) -> list[Complaint]:
    """What fails, unit by unit and then across units; what is known to pass is skipped."""
    from graders.authoring.verified import TOGETHER, keep_verified, load_verified, state_of, state_of_all
    from graders.authoring.verify import verify_together, verify_units

    known = load_verified(course)
    states = {unit: state_of(course, unit) for unit in units}
    to_do = [unit for unit in units if again or known.get(unit) != states[unit]]
    found: dict[str, list[Complaint]] = {}
    jobs = _processors()
    with progress("verifying", len(to_do) + 1, waiting=[*to_do, "assignments"], jobs=jobs) as step:
        for unit, complaints in verify_units(course, to_do, jobs):
            found[unit] = complaints
            step(unit)
        together = state_of_all(course, states.values())
        if again or known.get(TOGETHER) != together:
            found[TOGETHER] = list(verify_together(course, units))
        step("assignments")
    known |= {unit: states[unit] for unit in to_do if not found[unit]} | {TOGETHER: together}
    for name in (name for name, complaints in found.items() if complaints):
        known.pop(name, None)
    keep_verified(course, known)
    return [one for name in (*units, TOGETHER) for one in found.get(name, ())]


def _print_table(course: Course, units: tuple[str, ...], as_json: bool) -> int:
    from graders.authoring.course_table import course_rows, course_table

    if as_json:
        print_json({"schema": 1, "units": {unit: list(map(asdict, course_rows(course, unit))) for unit in units}})
    else:
        click.echo(course_table(course, units), nl=False)
    return FINE


def _units_here(course: Path | None, asked: tuple[str, ...]) -> tuple[Course, tuple[str, ...]]:
    """The author's course and the units asked for, by default all. UsageError if there are none."""
    found = course_of(course)
    found.require_reference()
    chosen = units_of(found, asked) or found.units
    if not chosen:
        raise UsageError("usage.no_units", path=str(found.root))
    return found, chosen


@click.command()
@click.option("--exercise", "exercises", multiple=True, metavar="NAME", help="Only this exercise (repeatable).")
@click.option("--again", is_flag=True, help="Try what has not changed, too: after a change of the engine.")
@click.option("--jobs", type=click.IntRange(1), help="Side by side; by default, as many as there are processors.")
@options(units_option, course_option, json_option)
def mutants(
    exercises: tuple[str, ...],
    again: bool,
    jobs: int | None,
    units: tuple[str, ...],
    course: Path | None,
    as_json: bool,
) -> int:
    """Try single-edit mutants of the right answers: those that keep all points are holes in the cases.

    Results are kept in reference/UNIT/mutants.json, and a mutant is not tried again until something changes;
    reference/UNIT/mutants.toml says which of the survivors are correct, and why.
    """
    from graders.authoring.mutation_score import complaints, scores, try_again, unfresh

    found, chosen = _units_here(course, units)
    named = exercises_of(found, exercises, chosen, "")
    wanted = {
        (unit, symbol): digest
        for unit in chosen
        for symbol, digest in unfresh(found, unit, again=again).items()
        if not named or f"{unit}.{symbol}" in named
    }
    with progress("trying mutants", len(wanted), as_json) as step:
        try_again(found, wanted, jobs or _processors(), step)
    scored = [
        one
        for unit in chosen
        for symbol, one in scores(found, unit).items()
        if not named or f"{unit}.{symbol}" in named
    ]
    said = [
        f"{where}: {what}" for unit in chosen for where, what in complaints(found, unit) if not named or where in named
    ]
    if as_json:
        print_json({"schema": 1, "exercises": list(map(_plain, scored)), "findings": said})
    else:
        _print_scores(scored, said)
    return NOT_PASSED if said else FINE


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _plain(one: Scored) -> dict[str, object]:
    """A mutant's result as JSON data."""
    names = {"unit": one.unit, "exercise": one.symbol, "tried": one.tried, "equivalent": one.equivalent}
    return names | {"score": one.score, "holes": [asdict(hole) for hole in one.holes]}


def _print_scores(scored: Sequence[Scored], said: Sequence[str]) -> None:
    width = max([len(f"{one.unit}.{one.symbol}") for one in scored], default=0)
    click.echo(f"{'':{width}}  tried  right  holes   score")
    for one in scored:
        name = f"{one.unit}.{one.symbol}"
        click.echo(f"{name:{width}}  {one.tried:5}  {one.equivalent:5}  {len(one.holes):5}  {one.score:6.1%}")
    for one in scored:
        for hole in one.holes:
            click.echo(f"\n{one.unit}.{one.symbol}: {hole}")
    if said:
        click.echo("\n" + "\n".join(said))


@click.command()
@click.argument("kind", metavar="[unit|course]")
@click.argument("name", required=False)
@click.option("--languages", default="en", show_default=True, help="Of a new course: en, ko, or en,ko.")
@click.option("--title", default="", help="Of a new course.")
@options(course_option, json_option)
def new(kind: str, name: str | None, languages: str, title: str, course: Path | None, as_json: bool) -> int:
    """Scaffold a course in a new folder, or a unit that verifies; then make it yours.

    'deepgrade new course DIR', 'deepgrade new unit NAME'; 'deepgrade new NAME' also means a unit.
    """
    from graders.authoring.scaffold import scaffold, scaffold_course

    unit = name if kind == "unit" and name else kind
    if kind == "course" and name:
        written = scaffold_course(Path(name), _languages(languages), title)
        after = f"cd {shlex.quote(name)}, and make a unit with 'deepgrade new unit NAME'."
    elif name is None or kind == "unit":
        written = scaffold(course_of(course), unit)
        after = f"edit these, then run 'deepgrade release --unit {unit}' and 'deepgrade verify --unit {unit}'."
    else:
        raise click.UsageError(f"{kind!r} is neither 'course' nor 'unit'.")
    if as_json:
        print_json({"schema": 1, "written": list(map(str, written))})
        return FINE
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"Next: {after}")
    return FINE


def _languages(said: str) -> tuple[str, ...]:
    from graders.spec import LANGUAGES

    found = tuple(dict.fromkeys(one.strip() for one in said.split(",")))
    if not {*found} <= {*LANGUAGES}:
        raise click.BadParameter(f"{said!r} is not en, ko or en,ko.", param_hint="--languages")
    return found
