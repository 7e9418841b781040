"""For authors: release, verify, start a new unit."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from graders.commands.options import (
    FINE,
    NOT_PASSED,
    course_of,
    course_option,
    json_option,
    options,
    units_of,
    units_option,
)
from graders.commands.output import print_json, progress
from graders.errors import UsageError


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
    written = write(found, to, units)
    if as_json:
        print_json({"schema": 1, "written": list(map(str, written))})
    else:
        click.echo(f"{len(written)} files written to {to or found.assignments}.")
    return FINE


@click.command()
@options(units_option, course_option, json_option)
def verify(units: tuple[str, ...], course: Path | None, as_json: bool) -> int:
    """Prove the course: references, stubs, misconceptions, variants, trivial answers, leaks, freshness."""
    from graders.authoring.verify import verify_course, verify_unit, verify_whole

    found = course_of(course)
    found.require_reference()
    chosen, findings = units_of(found, units) or found.units, list(verify_course(found))
    if not chosen and not findings:
        raise UsageError("usage.no_units", path=str(found.root))
    with progress("verifying", len(chosen) + 1) as step:
        for unit in chosen:
            findings += list(verify_unit(found, unit))
            step(unit)
        findings += list(verify_whole(found, chosen))
        step("assignments")
    if as_json:
        print_json({"schema": 1, "findings": [{"where": one.where, "what": one.what} for one in findings]})
    else:
        click.echo("\n".join(map(str, findings)) or f"Everything holds: {', '.join(chosen)}.")
    return NOT_PASSED if findings else FINE


@click.command()
@click.argument("kind", metavar="[unit|course]")
@click.argument("name", required=False)
@click.option("--languages", default="en", show_default=True, help="Of a new course: en, ko, or en,ko.")
@click.option("--title", default="", help="Of a new course.")
@options(course_option, json_option)
def new(kind: str, name: str | None, languages: str, title: str, course: Path | None, as_json: bool) -> int:
    """Scaffold a course in a new folder, or a unit that verifies; then make it yours.

    'deepgrade new course DIR', 'deepgrade new unit NAME'; 'deepgrade new NAME' means a unit too.
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
