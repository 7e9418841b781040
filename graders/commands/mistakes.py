"""For authors: the failures of a graded class that have no name yet, grouped by what they compute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.commands.options import (
    FINE,
    INTERRUPTED,
    course_of,
    course_option,
    json_option,
    lang_option,
    language_of,
    options,
    units_of,
    units_option,
)
from graders.commands.output import print_json, progress

if TYPE_CHECKING:
    from graders.authoring.mistake_groups import Group
    from graders.authoring.mistake_mutants import Slip
    from graders.courses.course import Course
    from graders.reports.report import CheckReport

Found = dict["Group", tuple["Slip", ...]]


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--names", is_flag=True, help="Name the students of each group.")
@click.option("--toml", "as_toml", is_flag=True, help="Print an entry for misconceptions.toml for each group.")
@options(units_option, course_option, lang_option, json_option)
def mistakes(
    out: Path, names: bool, as_toml: bool, units: tuple[str, ...], course: Path | None, lang: str | None, as_json: bool
) -> int:
    """Group the failures of a graded class that have no name by what they compute, largest group first.

    OUT is the folder that 'grade --out OUT' wrote. Each group lists the small slips in the solution that give the same
    wrong outputs. These are suggestions: what students meant is in their code.
    """
    from graders.authoring.mistake_entry import ids_for
    from graders.authoring.mistake_groups import class_reports, grouped
    from graders.feedback.messages import say

    found, code = course_of(course), language_of(lang)
    found.require_reference()
    reports, others = class_reports(out, found)
    if others:
        click.echo(say("mistakes.others", code, path=str(out), count=others), err=True)
    groups = grouped(found, reports, units_of(found, units))
    suggested, whole = _suggested(found, groups, as_json)
    shown = _Shown(found, code, suggested)
    entries = {group: shown.entry(group, len(reports), id) for group, id in ids_for(found, groups)} if as_toml else {}
    if as_json:
        rows = [shown.plain(one) | ({"toml": entries[one]} if as_toml else {}) for one in groups]
        print_json({"schema": 1, "students": len(reports), "whole": whole, "groups": rows})
    elif as_toml:
        click.echo("\n".join(entries.values()), nl=False)
    else:
        told = [shown.told(group, len(reports), names) for group in groups]
        last = shown.say("mistakes.summary", count=len(groups)) if groups else shown.say("mistakes.none")
        click.echo("\n\n".join([*told, last]))
    if not whole:
        click.echo(say("mistakes.stopped", code), err=True)
    return FINE if whole else INTERRUPTED


def _suggested(course: Course, groups: Sequence[Group], quiet: bool) -> tuple[Found, bool]:
    """The nearest slips of each group, and whether all were tried: an interrupt ends only the search."""
    from graders.authoring.mistake_mutants import Slips
    from graders.grading.oracle import Answers

    answers = Answers(course)
    found: Found = {}
    by_exercise = sorted(groups, key=_exercise)
    try:
        each = [(list(mine), *key) for key, mine in groupby(by_exercise, key=_exercise)]
        slips = [(mine, Slips(course, answers, unit, symbol)) for mine, unit, symbol in each]
        with progress("trying mutants", sum(len(one) for _, one in slips), quiet) as step:
            for mine, one in slips:
                found |= dict(zip(mine, one.nearest(mine, step), strict=True))
    except KeyboardInterrupt:
        return found, False
    return found, True


def _exercise(group: Group) -> tuple[str, str]:
    return group.unit, group.symbol


@dataclass(frozen=True)
class _Shown:
    """Renders groups in one language, for a terminal, as JSON and as TOML."""

    course: Course
    lang: str
    suggested: Mapping[Group, tuple[Slip, ...]]

    def say(self, id: str, **params: Any) -> str:
        from graders.feedback.messages import say

        return say(id, self.lang, **params)

    def told(self, group: Group, students: int, names: bool = False) -> str:
        """A group in a few lines."""
        lines = [
            self.say(
                "mistakes.group",
                exercise=f"{group.unit}.{group.symbol}",
                count=len(group.students),
                students=students,
            ),
            *self._about(group),
        ]
        if names:
            lines.append("  " + self.say("mistakes.names", names=", ".join(group.students)))
        return "\n".join([*lines, *self._near(group)])

    def _about(self, group: Group) -> Iterator[str]:
        """What is wrong, what students are told, and what one of them wrote."""
        from graders.feedback.messages import printable, render_message

        wrong, right = self._names(group.wrong), self._names(group.right)
        yield "  " + self.say("mistakes.wrong" if right else "mistakes.all_wrong", names=wrong, right=right)
        if group.first.hidden:
            yield "  " + self.say("mistakes.hidden")
        message = next((check.message for check in group.wrong if check.message is not None), None)
        if message is not None:
            yield "  " + self.say("mistakes.said", text=" ".join(render_message(message, self.lang).split()))
        if group.first.code:
            yield "  " + self.say("mistakes.lines")
            yield from (f"      {line}" for line in printable(group.first.code).split("\n"))

    def _near(self, group: Group) -> Iterator[str]:
        """The slips that give the same outputs, if they were searched for."""
        if group not in self.suggested or group.first.hidden:
            return
        yield "  " + self.say("mistakes.slips" if self.suggested[group] else "mistakes.no_slip")
        for slip in self.suggested[group]:
            beside = " " + self.say("mistakes.variant", variant=slip.variant) if slip.variant else ""
            yield f"      {slip.symbol}, {slip.number}: {slip.line}{beside}"
            yield f"          {' '.join(slip.edit.split())}"

    def _names(self, checks: Sequence[CheckReport]) -> str:
        from graders.feedback.selection import check_name

        return ", ".join(dict.fromkeys(check_name(check, self.lang) for check in checks))

    def entry(self, group: Group, students: int, id: str) -> str:
        """A misconception entry to start from."""
        from graders.authoring.mistake_entry import entry

        return entry(self.course, group, self.suggested.get(group, ()), id, self.told(group, students))

    def plain(self, group: Group) -> dict[str, Any]:
        """A group as JSON data."""
        relations = dict.fromkeys(check.diagnosis for check in group.wrong if check.diagnosis)
        return {
            "unit": group.unit,
            "exercise": group.symbol,
            "students": list(group.students),
            "wrong": [{"name": check.name, "group": check.group} for check in group.wrong],
            "right": [{"name": check.name, "group": check.group} for check in group.right],
            "hidden": group.first.hidden,
            "relations": list(relations),
            "message": next((check.message.to_dict() for check in group.wrong if check.message), None),
            "code": group.first.code,
            "mutants": [asdict(slip) for slip in self.suggested.get(group, ())],
        }
