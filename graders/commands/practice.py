"""For students: check your own code, set up a course."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from graders.practice.layout import Updated
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
    """Say how to get hints, if there are any and none was asked for, and which explanations are now open."""
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
@click.option("--update", is_flag=True, help="Bring files you have changed to this release, too; your work stays.")
@options(course_option, lang_option, json_option)
def start(folder: Path, bundle: Path | None, update: bool, course: Path | None, lang: str | None, as_json: bool) -> int:
    """Lay out the course's exercises in FOLDER; files you have changed are never overwritten."""
    from graders.feedback.messages import say
    from graders.host.trust import course_to_start
    from graders.practice import layout
    from graders.practice.file import language_beside

    bundle = bundle or course_to_start(HERE, course)
    beside = language_beside(folder) if update else None
    code = language_of(lang, beside)
    if update:
        done = layout.update(bundle, folder, lang or beside or code)
    else:
        done = layout.Updated(layout.lay_out(bundle, folder, code), {}, None)
    fates = done.fates
    if as_json:
        print_json({"schema": 1, "files": fates, **(_update_to_dict(done) if update else {})})
        return FINE
    for fate in ("new", "updated"):
        count = sum(one == fate for one in fates.values())
        if count:
            click.echo(say(f"start.{fate}", code, count=count))
    if update:
        _tell_update(done, code)
    elif "kept" in fates.values():
        names = [name for name, one in fates.items() if one == "kept"]
        click.echo("\n".join([say("start.kept", code, count=len(names)), *(f"  {name}" for name in names)]))
        click.echo(say("start.how_update", code, command=f"deepgrade start {shlex.quote(str(folder))} --update"))
    first = next(iter(fates)).split("/")[0]
    file = folder / first / f"{first}.py"
    click.echo(say("start.begin", code, file=str(file), command=f"deepgrade check {shlex.quote(str(file))}"))
    return FINE


def _update_to_dict(done: Updated) -> dict[str, Any]:
    kept = ("updated", "new", "kept", "copied", "removed", "differ")
    changes: dict[str, dict[str, Any]] = {
        name: {
            **{key: list(getattr(one, key)) for key in kept},
            "refused": None if one.refused is None else one.refused.to_dict(),
        }
        for name, one in done.changes.items()
    }
    return {"changes": changes, "earlier": None if done.earlier is None else str(done.earlier)}


def _tell_update(done: Updated, lang: str) -> None:
    """What changed, file by file."""
    from graders.feedback.messages import render_message, say

    merged, kept, refused = (
        {name: done.changes[name] for name, one in done.fates.items() if one == fate}
        for fate in ("merged", "kept", "refused")
    )
    if merged:
        click.echo(say("start.merged", lang, count=len(merged)))
    for file, change in merged.items():
        counts = {"updated": len(change.updated), "new": len(change.new), "kept": len(change.kept)}
        click.echo("  " + say("start.changed", lang, file=file, **counts))
        for id in ("copied", "removed", "differ"):
            names = ", ".join(getattr(change, id))
            if names:
                click.echo("    " + say(f"start.{id}", lang, names=names, file=str(done.released(file))))
    if kept:
        click.echo(say("start.untouched", lang, count=len(kept)))
    if refused:
        click.echo(say("start.refused", lang, count=len(refused)))
    for change in refused.values():
        if change.refused is not None:
            click.echo("  " + render_message(change.refused, lang))
    if done.earlier is not None:
        click.echo(say("start.earlier", lang, path=str(done.earlier)))
