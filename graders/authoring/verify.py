"""The course proves itself: lessons, stubs, every exercise, its recorded answers, leaks, freshness."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from pathlib import Path

from graders.authoring.after_texts import has_after
from graders.authoring.combinations import NAMED, Combination, combinations
from graders.authoring.complaint import Complaint
from graders.authoring.course_faults import course_faults
from graders.authoring.coverage import coverage_faults
from graders.authoring.expectations import Claim, claims_of
from graders.authoring.harness import Bank
from graders.authoring.leaks import leaks
from graders.authoring.lesson import load_lesson
from graders.authoring.lesson_rules import lesson_faults, unit_faults
from graders.authoring.lesson_runs import run_faults
from graders.authoring.mutation_score import complaints
from graders.authoring.notebooks import docstring_faults
from graders.authoring.prose_rules import prose_faults
from graders.authoring.release import build_assignment, stale_unit, stale_whole
from graders.authoring.stubs import make_stub
from graders.authoring.unit_figures import drawn_of, figure_faults
from graders.authoring.verify_after import verify_after
from graders.authoring.verify_exercise import verify_exercise
from graders.courses.course import Course, UnitSpec
from graders.courses.manifest import MANIFEST
from graders.feedback.messages import render_message
from graders.grading.oracle import Answers
from graders.host.side_by_side import processes
from graders.messages.errors import DeepgradeError
from graders.reports.report import ExerciseReport

__all__ = ["verify_assignment", "verify_course", "verify_together", "verify_unit", "verify_units", "verify_whole"]


def verify_course(course: Course) -> Iterator[Complaint]:
    """Everything that ``course.toml`` and ``coverage.toml`` name exists."""
    yield from (Complaint(MANIFEST, sentence) for sentence in course_faults(course, released=bool(course.units)))
    yield from coverage_faults(course)


def verify_units(course: Course, units: Sequence[str], jobs: int = 1) -> Iterator[tuple[str, list[Complaint]]]:
    """Each unit with its complaints, as soon as they are known; ``jobs`` processes work in parallel."""
    if jobs == 1 or len(units) <= 1:
        for unit in units:
            yield unit, _all_of(course, unit)
        return
    with processes(jobs) as pool:
        waiting = {pool.submit(_verify_unit, course.root, unit): unit for unit in units}
        for one in as_completed(waiting):
            yield waiting[one], one.result()


def _verify_unit(root: Path, unit: str) -> list[Complaint]:
    warnings.filterwarnings("ignore", category=RuntimeWarning)  # nobody reads what mistakes compute
    return _all_of(Course(root), unit)


def _all_of(course: Course, unit: str) -> list[Complaint]:
    answers = Answers(course)
    return [*verify_unit(course, unit, answers), *verify_assignment(course, unit, answers)]


def verify_unit(course: Course, unit: str, answers: Answers | None = None) -> Iterator[Complaint]:
    """Everything that must hold for one unit; yields nothing if all of it does."""
    answers = answers or Answers(course)
    try:
        spec = course.spec(unit)
        for lang in course.languages:
            load_lesson(course, unit, lang)
        reference = course.reference(unit)
        faults = tuple(docstring_faults(course, unit))
    except DeepgradeError as error:
        yield Complaint(unit, str(error))
        return
    try:
        stub = course.execute(unit, make_stub(course.solution(unit), spec.exercises, unit))
    except Exception as error:
        yield Complaint(unit, f"the stub does not run as it is given to students: {type(error).__name__}: {error}")
        return
    yield from _names(course, spec)
    yield from (Complaint(f"{unit}.{name}", complaint) for name, complaint in faults)
    combined: list[Combination] = []
    banks: dict[str, Bank] = {}
    for symbol, exercise in spec.exercises.items():
        try:
            bank = banks[symbol] = Bank.build(answers, unit, exercise)
            yield from verify_exercise(bank, reference, stub)
            combined += combinations(bank)
        except DeepgradeError as error:
            yield Complaint(f"{unit}.{symbol}", str(error))
        except Exception as error:
            yield Complaint(f"{unit}.{symbol}", f"verify could not finish: {type(error).__name__}: {error}")
    yield from _combined(unit, combined)
    yield from (Complaint(*one) for one in complaints(course, unit, answers))
    yield from _answers(course, unit, answers)
    if has_after(course, unit):
        yield from verify_after(answers, unit, banks)
    yield from _lessons(course, unit)


def _lessons(course: Course, unit: str) -> Iterator[Complaint]:
    """The code that lessons tell students to run does run; lessons that follow the template have all its parts."""
    for lang in course.languages:
        yield from run_faults(course, unit, lang)
    if course.manifest.is_templated(unit):
        if not has_after(course, unit):
            yield Complaint(unit, "says nothing after its exercises; write after.<language>.md")
        yield from unit_faults(course, unit)
        for lang in course.languages:
            yield from lesson_faults(course, unit, lang)
        yield from prose_faults(course, unit)


def verify_assignment(course: Course, unit: str, answers: Answers | None = None) -> Iterator[Complaint]:
    """What students get: the assignment can be built, its figures are placed, and ``assignments/`` is up to date."""
    try:
        answers = answers or Answers(course)
        files = build_assignment(course, unit, answers)
        yield from (Complaint(*fault) for fault in figure_faults(course, unit, drawn_of(files)))
        for sentence in stale_unit(answers, unit, files):
            yield Complaint("assignments", f"{sentence}; 'deepgrade release --unit {unit}' writes it again")
    except DeepgradeError as error:
        yield Complaint("assignments", f"cannot be made yet: {error}")
    except Exception as error:
        yield Complaint("assignments", f"cannot be made yet: {type(error).__name__}: {error}")


def verify_together(course: Course, units: tuple[str, ...]) -> Iterator[Complaint]:
    """The public files of all units together: no leak, an up-to-date map, no remains of removed units."""
    try:
        for place in leaks(course, units):
            yield Complaint(place.file, f"holds a line of the solution of {place.unit}: {place.text!r}")
        for sentence in stale_whole(course, () if {*units} == {*course.units} else units):
            yield Complaint("assignments", f"{sentence}; 'deepgrade release' writes it again")
    except DeepgradeError as error:
        yield Complaint("assignments", f"cannot be made yet: {error}")
    except Exception as error:
        yield Complaint("assignments", f"cannot be made yet: {type(error).__name__}: {error}")


def verify_whole(course: Course, units: tuple[str, ...]) -> Iterator[Complaint]:
    """The public files of all units: each unit's own, and all together."""
    found = [*verify_together(course, units), *(one for unit in units for one in verify_assignment(course, unit))]
    yield from dict.fromkeys(found)


_WORD = re.compile("[a-z]{2}")  # "XOR", "(0, 1)" and "x₁" are the same in both languages


def _names(course: Course, spec: UnitSpec) -> Iterator[Complaint]:
    """``uses``, ``after`` and ``cases`` name things that exist; every case and group has a Korean name."""
    shown = {name for one in spec.exercises.values() for name in (*(case.name for case in one.cases), *one.groups)}
    unnamed = shown - {"core", *spec.about.cases} if "ko" in course.languages else set()
    for name in sorted(name for name in unnamed if _WORD.search(name)):
        yield Complaint(spec.unit, f"the case or group {name!r} has no Korean name; give it in Unit(cases={{...}})")
    for name in sorted({*spec.about.cases} - shown):
        yield Complaint(spec.unit, f"cases names {name!r}, which is no case or group of this unit")
    for used in spec.about.uses:
        if used not in course.units:
            yield Complaint(spec.unit, f"uses names the unit {used!r}, which this course does not have")
    for symbol, exercise in spec.exercises.items():
        for name in exercise.after:
            first, _, rest = name.partition(".")
            there = course.spec(first).exercises if first in course.units else {}
            if name not in spec.exercises and rest not in there:
                yield Complaint(f"{spec.unit}.{symbol}", f"after names {name!r}, which is no exercise of this course")


def _combined(unit: str, combined: Sequence[Combination]) -> Iterator[Complaint]:
    """Nearly all misconceptions keep their names in every right convention."""
    lost = [one for one in combined if one.lost]
    if len(lost) > (1 - NAMED) * len(combined):
        share, listed = 1 - len(lost) / len(combined), "; ".join(f"{one.name} ({one.lost})" for one in lost)
        what = f"{share:.0%} of {len(combined)} misconceptions made in variants keep their names, expected {NAMED:.0%}"
        yield Complaint(unit, f"{what}; named otherwise: {listed}. Give them edits_on, or cases that tell them apart")


# --- answers recorded with the reference ---


def _answers(course: Course, unit: str, answers: Answers) -> Iterator[Complaint]:
    """``reference/<unit>/answers/*.py``: the claims in the first lines hold (see ``claims_of``)."""
    for path in sorted((course.folder(unit) / "answers").glob("*.py")):
        where = str(path.relative_to(course.root))
        try:
            module = course.execute(unit, path.read_text(encoding="utf-8"))
        except Exception as error:
            yield Complaint(where, f"does not run: {type(error).__name__}: {error}")
            continue
        exercises = course.spec(unit).exercises
        claims, complaints = claims_of(path.read_text(encoding="utf-8"), exercises)
        yield from (Complaint(where, complaint) for complaint in complaints)
        for claim in claims:
            for name, exercise in exercises.items():
                defined = {name.split(".")[0], *exercise.aliases} & vars(module).keys()
                if claim.symbol == name or (not claim.symbol and defined):
                    report = Bank.build(answers, unit, exercise).judge(vars(module))
                    yield from _claimed(where, claim, report)


def _claimed(where: str, claim: Claim, report: ExerciseReport) -> Iterator[Complaint]:
    prefix = f"{report.unit}.{report.name}."
    said = {check.diagnosis.removeprefix(prefix) for check in report.checks if check.diagnosis}
    if report.verdict != claim.verdict:
        low = [
            f"{check.name}@{check.group} {check.verdict}: {render_message(check.message, 'en')}"
            for check in report.checks
            if check.message is not None
        ]
        yield Complaint(where, f"{report.name} gets {report.verdict}, expected {claim.verdict}: {low}")
    elif claim.diagnosis and claim.diagnosis not in said:
        named = ", ".join(sorted(said)) or "nothing"
        yield Complaint(where, f"{report.name} is diagnosed as {named}, expected {claim.diagnosis}")
