"""For students: check one's own code, lay out a course."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import (
    FINE,
    HERE,
    course_option,
    exit_zero_option,
    json_option,
    lang_option,
    language_of,
    options,
)
from graders.commands.output import Announced, console, exit_code, print_json, show, waiting, write_page
from graders.messages.errors import UsageError

if TYPE_CHECKING:
    from graders.messages.message import Message
    from graders.reports.report import Report


@click.command()
@click.argument("target", metavar="FILE[::SYMBOL]")
@click.option("--watch", is_flag=True, help="Check again on every save; keys: again, hint, next, list, quit.")
@click.option("--hints", default=0, show_default=True, type=click.IntRange(0, 3), help="Rungs of the hints.")
@click.option("--explain", is_flag=True, help="Name recognized mistakes at once, before any hint.")
@click.option("--unit", help="The unit of the file, if its name does not say.")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Also write a page with pictures.")
@options(course_option, lang_option, json_option, exit_zero_option)
def check(
    target: str,
    watch: bool,
    hints: int,
    explain: bool,
    unit: str | None,
    html: Path | None,
    course: Path | None,
    lang: str | None,
    as_json: bool,
    exit_zero: bool,
) -> int:
    """Practise: check your own file on the public cases, at once, on your own machine."""
    from graders.feedback.messages import say
    from graders.feedback.named import explained
    from graders.practice.after_file import Opener
    from graders.practice.file import check_file, language_beside, split_target
    from graders.practice.progress import record_checks
    from graders.sandbox.local import Local

    path, symbol = split_target(target)
    backend, code = Local(), language_of(lang, language_beside(path))
    if watch:
        _refuse_with_watch({"--json": as_json, "--html": html is not None, "--explain": explain})
        from graders.practice.watch import watch_file

        return watch_file(backend, path, symbol, unit=unit, course=course, lang=code, console=console(), hints=hints)
    with waiting(say("check.running", code)) as saying:
        checked = check_file(Announced(backend, saying, code), path, symbol, unit=unit, course=course)
    record_checks(path, checked.exercises)
    report = explained(checked) if explain else checked
    show([report], code, as_json, hints=hints, single=True)
    if not as_json:
        _say_next(report, Opener(backend, path, unit, course)(report), code, hinted=bool(hints))
    if html is not None:
        write_page(html, report, code)
    return FINE if exit_zero else exit_code([report])


def _say_next(report: Report, opened: Sequence[Message], lang: str, *, hinted: bool) -> None:
    """How to get hints, where there are any and none was asked for, and what can be read now."""
    from graders.feedback.messages import render_message, say
    from graders.feedback.selection import hint_rungs

    if not hinted and any(hint_rungs(check, lang) for one in report.exercises for check in one.checks):
        click.echo(say("ui.hints_how", lang))
    for message in opened:
        click.echo(render_message(message, lang))


def _refuse_with_watch(given: Mapping[str, bool]) -> None:
    for option in (name for name, is_given in given.items() if is_given):
        raise UsageError("usage.watch_with", option=option)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "bundle",
    type=click.Path(path_type=Path),
    help="The bundle (default: the course that came with deepgrade).",
)
@options(course_option, lang_option, json_option)
def start(folder: Path, bundle: Path | None, course: Path | None, lang: str | None, as_json: bool) -> int:
    """Lay the course's exercises out in FOLDER; files you have changed are never overwritten."""
    from graders.feedback.messages import say
    from graders.host.trust import course_to_start
    from graders.practice.layout import lay_out

    bundle, code = bundle or course_to_start(HERE, course), language_of(lang)
    fates = lay_out(bundle, folder, code)
    if as_json:
        print_json({"schema": 1, "files": fates})
        return FINE
    for fate in ("new", "updated", "kept"):
        names = [name for name, one in fates.items() if one == fate]
        if names:
            click.echo(say(f"start.{fate}", code, count=len(names)))
            if fate == "kept":
                click.echo("\n".join(f"  {name}" for name in names))
    first = next(iter(fates)).split("/")[0]
    file = folder / first / f"{first}.py"
    click.echo(say("start.begin", code, file=str(file), command=f"deepgrade check {shlex.quote(str(file))}"))
    return FINE
