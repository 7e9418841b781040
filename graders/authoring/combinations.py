"""A mistake keeps its name in every right convention: variants and relabellings, crossed with misconceptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from graders.authoring.harness import Bank
from graders.compare.conventions import conventions_of
from graders.grading.counter_models import Alteration, cross
from graders.messages.errors import CourseError
from graders.reports.report import ExerciseReport

__all__ = ["NAMED", "Combination", "combinations"]

T = TypeVar("T")
NAMED = 0.95  # share of a unit's combinations that must be named
SOME = 2  # of many similar ones (gate orders, sizes of ε), sampled in turn: all of them with some misconception


@dataclass(frozen=True)
class Combination:
    """A convention and a misconception made in it; ``lost``: the name it got instead of its own, if any."""

    name: str
    lost: str = ""


def combinations(bank: Bank) -> Iterator[Combination]:
    """The combinations of one exercise on its public cases; leaves out mistakes that are right in the convention."""
    public = replace(bank, runs=tuple(run for run in bank.runs if run[2]), _sketches={})
    known = bank.answers.alterations(bank.unit, bank.exercise.symbol)
    mistakes = [one for one in known if one.model.kind == "misconception"]
    variants = [one for one in known if one.model.kind == "variant"]
    conventions = tuple(conventions_of(bank.answers.relabellings(bank.unit, bank.exercise.symbol)))
    for place, mistake in enumerate(mistakes):
        plain = [one for one in variants if not one.model.eps]
        for variant in (*plain, *_some([one for one in variants if one.model.eps], place)):
            if mistake.edits_on.get(variant.model.id) != ():
                yield from _in_variant(public, variant, mistake, mistakes)
        for convention in _some(conventions, place):
            report = public.judge(vars(bank.answers.altered(mistake)), convention)
            name = "+".join(f"{one.id} {one.order}" for one in convention.relabellings)
            yield from _judged(f"{mistake.name} in {name}", report, mistake, mistakes)


def _some(many: Sequence[T], place: int) -> list[T]:
    """A few of many, different ones for each place."""
    count = min(SOME, len(many))
    return [many[(count * place + offset) % len(many)] for offset in range(count)]


def _in_variant(
    bank: Bank, variant: Alteration, mistake: Alteration, mistakes: Sequence[Alteration]
) -> Iterator[Combination]:
    course, name = bank.answers.course, f"{mistake.name} in {variant.model.id}"
    try:
        module = course.execute(bank.unit, cross(course.solution(bank.unit), variant, mistake))
    except CourseError as error:
        if not variant.model.eps:  # the mistake may edit the same text that holds ε
            yield Combination(name, str(error))
        return
    yield from _judged(name, bank.judge(vars(module)), mistake, mistakes)


def _judged(
    name: str, report: ExerciseReport, mistake: Alteration, mistakes: Sequence[Alteration]
) -> Iterator[Combination]:
    if report.score == report.max_score:
        return  # it is not a mistake in this convention
    prefix = mistake.name.removesuffix(mistake.model.id)
    own = {prefix + one.model.id for one in mistakes if one is mistake or one.model.is_like(mistake.model)}
    own |= {prefix + mistake.model.shared.id} if mistake.model.shared is not None else set()
    said = {check.diagnosis for check in report.checks if check.diagnosis}
    lost = not said & own or any(one.startswith(prefix) for one in said - own)
    yield Combination(name, ", ".join(sorted(said - own)) or "nothing" if lost else "")
