"""The course proves itself: references, stubs, misconceptions, variants, trivial answers, leaks, freshness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from graders.authoring.combinations import NAMED, Combination, combinations
from graders.authoring.expectations import Claim, claims_of
from graders.authoring.harness import Bank, bytes_of
from graders.authoring.leaks import leaks
from graders.authoring.mutation_score import complaints
from graders.authoring.notebooks import docstring_faults, load_lesson
from graders.authoring.release import stale
from graders.authoring.stubs import make_stub
from graders.authoring.trivial import exposed, gains
from graders.compare.gradients import GRADIENT_ERROR, certify
from graders.compare.tolerance import TAU
from graders.course import Course, UnitSpec
from graders.errors import DeepgradeError
from graders.feedback.messages import render_message
from graders.grading.counter_models import Alteration
from graders.grading.oracle import Answers, run_key
from graders.policy.forbids import forbidden_uses
from graders.probe import Trace, observe
from graders.report import ExerciseReport
from graders.spec import Exercise, family

__all__ = ["Complaint", "verify_unit", "verify_whole"]


VARIANT_ERROR = 1e-3  # an ε inside a logarithm and not in its gradient misses by up to 3e-5 (measured)


@dataclass(frozen=True)
class Complaint:
    """One thing that does not hold: where, and what was expected."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def verify_unit(course: Course, unit: str, answers: Answers | None = None) -> Iterator[Complaint]:
    """Everything that must hold for one unit; nothing is yielded when all does."""
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
    for symbol, exercise in spec.exercises.items():
        where = f"{unit}.{symbol}"
        try:
            bank = Bank.build(answers, unit, exercise)
            yield from _reference(where, bank, reference)
            yield from _slides(where, answers, unit, exercise)
            yield from _stub(where, bank, stub)
            combined += combinations(bank)
            for alteration in answers.alterations(unit, symbol):
                yield from _alteration(bank, alteration)
            for kind, check in gains(bank):
                paid = f"{check.points} points for {check.name}@{check.group}"
                yield Complaint(where, f"answering {kind} everywhere earns {paid}")
            yield from (Complaint(where, sentence) for sentence in exposed(bank))
            yield from _forbidden(where, course.solution(unit), bank)
        except DeepgradeError as error:
            yield Complaint(where, str(error))
        except Exception as error:
            yield Complaint(where, f"verify could not finish: {type(error).__name__}: {error}")
    yield from _combined(unit, combined)
    yield from (Complaint(*one) for one in complaints(course, unit, answers))
    yield from _answers(course, unit, answers)


def verify_whole(course: Course, units: tuple[str, ...]) -> Iterator[Complaint]:
    """What concerns the public files of all units together: no leak, nothing stale."""
    try:
        for place in leaks(course, units):
            yield Complaint(place.file, f"holds a line of the solution of {place.unit}: {place.text!r}")
        for unit in units:
            for sentence in stale(course, (unit,)):
                yield Complaint("assignments", f"{sentence}; 'deepgrade release --unit {unit}' writes it again")
    except DeepgradeError as error:
        yield Complaint("assignments", f"cannot be made yet: {error.message}")
    except Exception as error:
        yield Complaint("assignments", f"cannot be made yet: {type(error).__name__}: {error}")


_WORD = re.compile("[a-z]{2}")  # "XOR", "(0, 1)" and "x₁" read alike in both languages


def _names(course: Course, spec: UnitSpec) -> Iterator[Complaint]:
    """``uses``, ``after`` and ``cases`` name what is there, and every case and group has a name in Korean."""
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


# --- one exercise ---


def _reference(where: str, bank: Bank, reference: ModuleType) -> Iterator[Complaint]:
    """Full marks twice, the same bytes twice, gradients certified."""
    for attempt in ("first", "second"):
        report = bank.judge(vars(reference))
        if report.verdict != "pass" or report.score != report.max_score:
            low = [f"{check.name}@{check.group} {check.verdict}" for check in report.checks if check.verdict != "pass"]
            yield Complaint(where, f"the reference gets {report.score} of {report.max_score} the {attempt} time: {low}")
            return
        for note in report.notes:
            yield Complaint(where, f"the reference gets the note {note.id} {dict(note.params)}; it should need none")
    for case, draw, _, inputs, expected in bank.runs:
        again = observe(bank.exercise, vars(reference), inputs)
        if bytes_of(again) != bytes_of(expected):
            yield Complaint(where, f"the reference gives other bytes on a second run of {run_key(case, draw)}")
        unlisted = {family(name) for name in expected.outputs} - {*bank.exercise.outputs}
        if unlisted:
            yield Complaint(
                where, f"the probe yields {sorted(unlisted)} in {run_key(case, draw)}, which outputs does not list"
            )
        if expected.overwritten:
            yield Complaint(
                where, f"the reference overwrites its input {expected.overwritten} in {run_key(case, draw)}"
            )
    yield from _certificates(where, bank)


def _certificates(where: str, bank: Bank) -> Iterator[Complaint]:
    def expect(inputs: Mapping[str, Any]) -> Trace:
        return bank.answers.trace(bank.unit, bank.exercise.symbol, inputs)

    seen: set[str] = set()
    for case, draw, public, inputs, _ in bank.runs:
        if public and not case.note:
            for output, error in certify(bank.exercise, inputs, expect):
                seen.add(output)
                if not error <= GRADIENT_ERROR:
                    yield Complaint(
                        where,
                        f"{output} of the reference misses the slope of its own forward by {error:.1e} "
                        f"in {run_key(case, draw)}, expected at most {GRADIENT_ERROR:.0e}",
                    )
    for output in sorted(bank.exercise.gradients.keys() - seen):
        gradient = bank.exercise.gradients[output]
        outputs = {name for *_, expected in bank.runs for name in expected.outputs}
        given = {name for *_, inputs, _ in bank.runs for name in inputs}
        wanted = (gradient.wrt, *(upstream for _, upstream in gradient.pairs() if upstream))
        unknown = [f"{name!r} is no output" for name, _ in gradient.pairs() if name not in outputs]
        unknown += [f"{name!r} is no input" for name in wanted if name not in given]
        why = "; ".join(unknown) or f"{gradient.wrt!r} is no array of floats in a scored case"
        yield Complaint(where, f"gradient {output} was never certified: {why}")


def _slides(where: str, answers: Answers, unit: str, exercise: Exercise) -> Iterator[Complaint]:
    """The numbers printed on a slide, to the digits printed."""
    for one in answers.public(unit, exercise.symbol):
        for output, printed in one.case.expect.items():
            if output not in one.trace.outputs:
                yield Complaint(where, f"case {one.case.name!r} expects {output!r}, which the probe does not yield")
                continue
            actual = np.asarray(one.trace.outputs[output], dtype=float)
            wanted = np.asarray(printed, dtype=float)
            allowed = 0.5 * 10.0**-one.case.digits * (1 + 1e-9)
            if actual.shape != wanted.shape or not np.all(np.abs(actual - wanted) <= allowed):
                yield Complaint(
                    where,
                    f"case {one.case.name!r} prints {printed} for {output} ({one.case.source}), the reference gives "
                    f"{np.round(actual, one.case.digits + 2).tolist()}",
                )


def _forbidden(where: str, text: str, bank: Bank) -> Iterator[Complaint]:
    """The reference does not call what students may not."""
    forbids = {bank.exercise.symbol: bank.exercise.forbids}
    for use in forbidden_uses({bank.unit: text}, bank.unit, forbids, {}):
        yield Complaint(where, f"the reference calls {use.name} (line {use.line}), which the exercise forbids")


def _stub(where: str, bank: Bank, stub: ModuleType) -> Iterator[Complaint]:
    report = bank.judge(vars(stub))
    if report.score != 0:
        yield Complaint(where, f"the stub gets {report.score} points, expected 0")
    if report.verdict != "missing":
        yield Complaint(where, f"the stub's verdict is {report.verdict}, expected missing")


def _alteration(bank: Bank, alteration: Alteration) -> Iterator[Complaint]:
    """A misconception fails under its own name; a variant passes with its note."""
    model = alteration.model
    languages = bank.answers.course.languages
    if model.kind == "misconception" and not all(model.title.get(lang, "").strip() for lang in languages):
        form = ", ".join(f'{lang} = "…"' for lang in languages)
        yield Complaint(alteration.name, f"it has no title; name the mistake: title = {{ {form} }}")
    report = bank.judge(vars(bank.answers.altered(alteration)))
    name, twins = alteration.name, alteration.model.indistinguishable_from
    prefix = name.removesuffix(alteration.model.id)
    if alteration.model.kind == "variant":
        short = [check for check in report.checks if check.verdict != "pass"]
        asked = [check for check in short if model.groups and check.group not in model.groups]
        if [check for check in short if check not in asked]:
            failed = [check.name for check in short]
            yield Complaint(name, f"this right variant gets {report.score} of {report.max_score} points: {failed}")
        elif not all(check.diagnosis == "relation.eps" for check in asked):
            yield Complaint(name, f"outside of {', '.join(model.groups)} it is not told from the solution by its ε")
        elif not report.notes:
            yield Complaint(name, "this variant passes without its note: it gives the same numbers as the reference")
        yield from _variant_slopes(bank, alteration)
        return
    if report.verdict == "pass" or report.score == report.max_score:
        yield Complaint(name, "this misconception gets full marks; no case shows it")
        return
    said = {check.diagnosis for check in report.checks if check.verdict not in ("pass",)} - {None}
    own = {name, *(prefix + twin for twin in twins)}
    if not said & own:
        low = [f"{check.name} {check.verdict}" for check in report.checks if check.verdict != "pass"]
        what = f"it is diagnosed as {', '.join(sorted(map(str, said))) or 'nothing'} instead of its own name ({low})"
        for same in _twins(bank, alteration):
            what += f"; {same} gives the same numbers: add a case that tells them apart, or name one of them in "
            what += "indistinguishable_from of the other"
        yield Complaint(name, what)
    elif said - own:
        yield Complaint(name, f"besides its own name it is diagnosed as {sorted(map(str, said - own))}")


def _combined(unit: str, combined: Sequence[Combination]) -> Iterator[Complaint]:
    """Nearly all misconceptions keep their names in every right convention."""
    lost = [one for one in combined if one.lost]
    if len(lost) > (1 - NAMED) * len(combined):
        share, listed = 1 - len(lost) / len(combined), "; ".join(f"{one.name} ({one.lost})" for one in lost)
        what = f"{share:.0%} of {len(combined)} misconceptions made in variants keep their names, expected {NAMED:.0%}"
        yield Complaint(unit, f"{what}; named otherwise: {listed}. Give them edits_on, or cases that tell them apart")


def _variant_slopes(bank: Bank, alteration: Alteration) -> Iterator[Complaint]:
    """A variant's numbers pass because it says so; its gradients must at least be those of its own forward."""
    symbols = vars(bank.answers.altered(alteration))
    missed: dict[str, float] = {}
    for one in bank.answers.public(bank.unit, bank.exercise.symbol):
        if not one.case.note:
            with np.errstate(all="ignore"):
                slopes = certify(bank.exercise, one.inputs, lambda inputs: observe(bank.exercise, symbols, inputs))
            has = observe(bank.exercise, symbols, one.inputs).outputs  # a variant may lack a parameter
            missed |= {name: error for name, error in slopes if not error <= VARIANT_ERROR and np.size(has[name])}
    for output, error in missed.items():
        yield Complaint(alteration.name, f"{output} of this variant misses the slope of its own forward by {error:.1e}")


def _twins(bank: Bank, alteration: Alteration) -> Iterator[str]:
    """Other misconceptions whose answers are the same in every public run."""
    mine, runs = alteration.model.id, bank.answers.public(bank.unit, bank.exercise.symbol)
    for other in bank.answers.models(bank.unit, bank.exercise.symbol):
        if other.id != mine and other.kind == "misconception":
            pairs = [(run.sketches[mine], run.sketches[other.id], run.trace.outputs) for run in runs]
            if all(one.agrees(two, name, TAU["float64"]) for one, two, outputs in pairs for name in outputs):
                yield other.id


# --- answers kept with the reference ---


def _answers(course: Course, unit: str, answers: Answers) -> Iterator[Complaint]:
    """``reference/<unit>/answers/*.py``: the claims of its first lines hold (see ``claims_of``)."""
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
