"""What failed and what passed, per check: an output family in one group of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from graders.compare.context import Run
from graders.compare.run_results import Marked
from graders.compare.sketches import Sketches

__all__ = ["CheckKey", "Models", "dims_of", "merely_fails", "ruled", "runs_of", "verdicts"]

Models = Callable[[Run], Mapping[str, Sketches]]
CheckKey = tuple[str, str]  # (output family, group of cases): one check


def verdicts(marked: Sequence[Marked]) -> tuple[list[CheckKey], list[CheckKey]]:
    """(failing, passing) checks of these runs, in order; missing and timed-out ones are in neither."""
    verdicts: dict[CheckKey, set[str]] = {}
    for one in marked:
        for name in one.families:
            if one.exercise.points_of(name, one.run.case.group):
                verdicts.setdefault((name, one.run.case.group), set()).add(one.verdict(name))
    wrong = {"fail", "error"}
    failing = [check for check, seen in verdicts.items() if seen & wrong and seen <= wrong | {"pass"}]
    return failing, [check for check, seen in verdicts.items() if seen == {"pass"}]


def merely_fails(marked: Sequence[Marked], check: CheckKey) -> bool:
    return all(one.verdict(check[0]) in ("pass", "fail") for one in runs_of(marked, check))


def runs_of(marked: Iterable[Marked], check: CheckKey) -> list[Marked]:
    return [one for one in marked if check[0] in one.families and one.run.case.group == check[1]]


def ruled(marked: Sequence[Marked], check: CheckKey) -> bool:
    properties = marked[0].exercise.properties
    return check[0] in properties or f"{check[0]}@{check[1]}" in properties


def dims_of(run: Run) -> object:
    """What distinguishes runs as evidence: the dims of a drawn case, the name of a literal one."""
    return tuple(sorted(run.dims.items())) if run.case.hidden else run.case.name
