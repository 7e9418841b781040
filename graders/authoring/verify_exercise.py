"""One exercise proves itself: its reference, stub, misconceptions, variants, and what trivial answers earn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from graders.authoring.complaint import Complaint
from graders.authoring.harness import Bank, bytes_of
from graders.authoring.trivial import exposed, gains
from graders.compare.gradients import GRADIENT_ERROR, certify
from graders.compare.tolerance import TAU
from graders.grading.counter_models import Alteration
from graders.grading.oracle import run_key
from graders.policy.forbids import forbidden_uses
from graders.probe import Trace, observe
from graders.spec import family

__all__ = ["verify_exercise"]

VARIANT_ERROR = 1e-3  # an ε inside a logarithm but not in its gradient is off by up to 3e-5 (measured)


def verify_exercise(bank: Bank, reference: ModuleType, stub: ModuleType) -> Iterator[Complaint]:
    """Everything that must hold for one exercise."""
    where = f"{bank.unit}.{bank.exercise.symbol}"
    yield from _reference(where, bank, reference)
    yield from _slides(where, bank)
    yield from _stub(where, bank, stub)
    for alteration in bank.answers.alterations(bank.unit, bank.exercise.symbol):
        yield from _alteration(bank, alteration)
    for kind, check in gains(bank):
        paid = f"{check.points} points for {check.name}@{check.group}"
        yield Complaint(where, f"answering {kind} everywhere earns {paid}")
    yield from (Complaint(where, sentence) for sentence in exposed(bank))
    yield from _forbidden(where, bank)


def _reference(where: str, bank: Bank, reference: ModuleType) -> Iterator[Complaint]:
    """Full marks twice, the same bytes twice, certified gradients."""
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


def _slides(where: str, bank: Bank) -> Iterator[Complaint]:
    """The numbers printed on a slide, to the printed precision."""
    for one in bank.answers.public(bank.unit, bank.exercise.symbol):
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


def _forbidden(where: str, bank: Bank) -> Iterator[Complaint]:
    """The reference does not call what students may not call."""
    forbids = {bank.exercise.symbol: bank.exercise.forbids}
    text = bank.answers.course.solution(bank.unit)
    packages = bank.exercise.profile.compatibility.packages
    for use in forbidden_uses({bank.unit: text}, bank.unit, forbids, {}, packages):
        yield Complaint(where, f"the reference calls {use.name} (line {use.line}), which the exercise forbids")


def _stub(where: str, bank: Bank, stub: ModuleType) -> Iterator[Complaint]:
    report = bank.judge(vars(stub))
    if report.score != 0:
        yield Complaint(where, f"the stub gets {report.score} points, expected 0")
    if report.verdict != "missing":
        yield Complaint(where, f"the stub's verdict is {report.verdict}, expected missing")


def _alteration(bank: Bank, alteration: Alteration) -> Iterator[Complaint]:
    """A misconception fails under its own name; a variant passes with its own note."""
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
    own = {name, *(prefix + twin for twin in twins), *([prefix + model.shared.id] if model.shared else [])}
    if not said & own:
        low = [f"{check.name} {check.verdict}" for check in report.checks if check.verdict != "pass"]
        what = f"it is diagnosed as {', '.join(sorted(map(str, said))) or 'nothing'} instead of its own name ({low})"
        for same in _twins(bank, alteration):
            what += f"; {same} gives the same numbers: add a case that tells them apart, name one of them in "
            what += "indistinguishable_from of the other, or give both a group"
        yield Complaint(name, what)
    elif said - own:
        yield Complaint(name, f"besides its own name it is diagnosed as {sorted(map(str, said - own))}")


def _variant_slopes(bank: Bank, alteration: Alteration) -> Iterator[Complaint]:
    """A variant passes on numbers because it says so; its gradients must at least be the slopes of its own forward."""
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
