"""A summary of a report: findings grouped, the case to show, scores by unit, who needs a look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graders.feedback.messages import diagnosis_title, render_message
from graders.feedback.points import total
from graders.messages.message import Message
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report, is_told
from graders.reports.verdict import VERDICTS, Verdict

__all__ = [
    "Finding",
    "UnitScore",
    "by_attention",
    "case_name",
    "check_name",
    "findings",
    "first_notes",
    "hint_rungs",
    "mistake_title",
    "names_mistake",
    "needs_a_look",
    "notes",
    "own_line",
    "scores_by_unit",
    "shown_case",
    "submission_message",
    "to_fix_first",
    "unhinted",
    "unit_scores",
    "untouched",
]


@dataclass(frozen=True)
class Finding:
    """Checks of one exercise that failed for the same reason, reported together."""

    checks: tuple[CheckReport, ...]

    @property
    def check(self) -> CheckReport:
        """The check that represents them all: one with something to show, else the first."""
        return next((check for check in self.checks if shown_case(check)), self.checks[0])

    def name(self, lang: str) -> str:
        return ", ".join(check_name(check, lang) for check in self.checks)

    @property
    def points(self) -> float | None:
        return total(check.earned for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks)

    def label(self, sentence: str, exercise: ExerciseReport, lang: str) -> str:
        """The names, unless the sentence already starts with them or the whole exercise is meant."""
        whole = len(self.checks) == len(exercise.checks) and not names_mistake(self.check)
        name = self.name(lang)
        return "" if whole or sentence.startswith(name) else name

    @property
    def names_worst(self) -> bool:
        """Whether the message itself says where the worst entry is."""
        return self.check.message is not None and "at" in self.check.message.params


@dataclass(frozen=True)
class UnitScore:
    unit: str
    score: float | None
    max_score: int
    exercises: tuple[ExerciseReport, ...]

    def own_line(self, lang: str) -> tuple[str, str] | None:
        """The student's line at which the whole unit stopped."""
        message = self.message
        if message is None or not message.id.startswith("compare.stopped"):
            return None
        return next((own_line(check, lang) for exercise in self.exercises for check in exercise.checks), None)

    @property
    def message(self) -> Message | None:
        """The message that every check of several exercises shares (a module that stops, no device), shown once."""
        if len(self.exercises) < 2:
            return None
        said = [check.message for exercise in self.exercises for check in exercise.checks]
        return said[0] if len({repr(message) for message in said}) == 1 else None


def notes(exercise: ExerciseReport, above: Message | None = None) -> tuple[Message, ...]:
    """Notes worth reading, each once; "fix first" advice is redundant if the whole unit failed for one reason.

    So is an exception in a side case that every check has already hit.
    """
    raised = [
        (check.message.params.get("kind"), check.message.params.get("text"))
        for check in exercise.checks
        if check.message
    ]
    everywhere = raised[0] if len(raised) == len(exercise.checks) and len(set(map(str, raised))) == 1 else None
    kept = [
        note
        for note in exercise.notes
        if (above is None or note.id != "after")
        and not (note.id == "note.side_error" and (note.params.get("kind"), note.params.get("text")) == everywhere)
    ]
    return tuple({repr(note): note for note in kept}.values())


def first_notes(exercise: ExerciseReport, above: Message | None = None) -> tuple[Message, ...]:
    """The ``notes`` shown before the findings: a changed input may be the cause of all of them."""
    if not any(check.verdict in ("fail", "error") for check in exercise.checks):
        return ()
    return tuple(note for note in notes(exercise, above) if note.id == "note.overwritten")


def findings(exercise: ExerciseReport) -> tuple[Finding, ...]:
    """The checks that did not pass, in order; those with the same mistake or the same words are grouped."""
    groups: dict[object, list[CheckReport]] = {}
    for check in exercise.checks:
        if check.verdict == "pass":
            continue
        if check.follows:
            groups.setdefault(("follows", check.follows), []).append(check)
            continue
        if names_mistake(check) and not check.follow_through:
            groups.setdefault((check.diagnosis, check.verdict), []).append(check)
            continue
        if (check.diagnosis or "").startswith("contract."):
            groups.setdefault((_said(check), check.verdict), []).append(check)
            continue
        own = (check.name, check.group)
        evident = own if shown_case(check) else None
        groups.setdefault((_said(check) or own, check.verdict, check.diagnosis, evident), []).append(check)
    return tuple(Finding(tuple(checks)) for checks in groups.values())


def untouched(exercise: ExerciseReport) -> bool:
    """Whether nothing is written yet, so that one line says everything."""
    near = any(check.message is not None and check.message.id == "compare.missing_near" for check in exercise.checks)
    return exercise.verdict == "missing" and all(check.verdict == "missing" for check in exercise.checks) and not near


def _said(check: CheckReport) -> object:
    """What the message says, whichever output it names: one exception affects every later output."""
    if check.message is None:
        return None
    raised = _raised(check.message)
    if raised is not None:
        return "raised", check.message.params["at"], repr(raised)
    return check.message.id, repr(dict(check.message.params))


def _raised(message: Message | None) -> dict[str, object] | None:
    """Which exception, and where, if the message is about one that ended the run."""
    if message is None or not {"kind", "at"} <= message.params.keys():
        return None
    return {key: message.params.get(key) for key in ("kind", "text", "line")}


def check_name(check: CheckReport, lang: str) -> str:
    """``out``, or ``out (stable)`` if the group is not the usual one."""
    return check.name if check.group == "core" else f"{check.name} ({_called(check.group, check.group_title, lang)})"


def case_name(case: CaseReport, lang: str) -> str:
    """The case's title in this language; its own name if there is none."""
    return _called(case.case, case.case_title, lang)


def _called(name: str, title: Mapping[str, str] | None, lang: str) -> str:
    return (title or {}).get(lang) or name


def names_mistake(check: CheckReport) -> bool:
    """Whether the diagnosis says more than the message; for a relation or a contract fault, the message says it all."""
    return check.diagnosis is not None and not check.follows and (check.follow_through or not is_told(check.diagnosis))


def mistake_title(check: CheckReport, lang: str) -> str:
    """The name of a recognised mistake: its own in this language, else what its id says."""
    return diagnosis_title(check.diagnosis or "", lang, check.title)


def shown_case(check: CheckReport) -> CaseReport | None:
    """The failing case whose values may be seen: the public one first, else the fresh counterexample.

    None if the mistake is reported at another exercise.
    """
    if check.follows:
        return None
    visible = [case for case in check.cases if case.evidence is not None and case.verdict != "pass"]
    return min(visible, key=lambda case: case.counterexample, default=None)


def unit_scores(report: Report) -> tuple[UnitScore, ...]:
    """A report's units, with the exercises in its order."""
    units: dict[str, list[ExerciseReport]] = {}
    for exercise in report.exercises:
        units.setdefault(exercise.unit, []).append(exercise)
    return tuple(
        UnitScore(unit, total(e.score for e in found), sum(e.max_score for e in found), tuple(found))
        for unit, found in units.items()
    )


def scores_by_unit(report: Report) -> dict[str, UnitScore]:
    return {unit.unit: unit for unit in unit_scores(report)}


def needs_a_look(report: Report) -> bool:
    """Whether a person should look at it before the score stands.

    An internal error, something that did not run here, refused, suspicious, stopped by a limit.
    """
    return Verdict(report.verdict).needs_a_look or bool(report.flags or report.ungraded)


def to_fix_first(exercises: Iterable[ExerciseReport]) -> list[ExerciseReport]:
    """First what went wrong, then what was not tried, then what passed; each in lesson order."""
    places = {"pass": 2, "missing": 1, "not_run": 1}
    return sorted(exercises, key=lambda exercise: places.get(exercise.verdict, 0))


def by_attention(reports: Iterable[Report]) -> list[Report]:
    """Reports that need a look first, worst first; the others by student."""

    def key(report: Report) -> tuple[int, str]:
        return (Verdict(report.verdict).rank if needs_a_look(report) else len(VERDICTS), report.student)

    return sorted(reports, key=key)


def submission_message(report: Report) -> Message | None:
    """The message about the whole submission: its own, else what could not be graded, else a flag."""
    ungradable = "not_run" if report.ungraded and report.verdict != "broken" else report.verdict
    if report.message is not None or ungradable not in ("broken", "rejected", "not_run"):
        return report.message or (report.flags[0] if report.flags else None)
    found = [
        (exercise.name, check.message)
        for exercise in report.exercises
        for check in exercise.checks
        if check.verdict == ungradable and check.message is not None
    ]
    if not found:
        return None
    same = [name for name, message in found if message == found[0][1]]
    return Message("ui.about", {"exercises": ", ".join(dict.fromkeys(same)), "said": found[0][1].to_dict()})


def own_line(check: CheckReport, lang: str) -> tuple[str, str] | None:
    """The student's line to look at: its place and its text."""
    params = check.message.params if check.message is not None else {}
    line, source = (check.line, check.source) if check.source else (params.get("line"), params.get("source"))
    if not line or not isinstance(source, str) or not source.strip():
        return None
    return render_message(Message("ui.own_line", {"line": line}), lang), source.strip()


def hint_rungs(check: CheckReport, lang: str) -> tuple[str, ...]:
    """A check's hints in this language, else in any that exists."""
    if not check.hint:
        return ()
    return tuple(check.hint.get(lang) or next(iter(check.hint.values()), ()))


def unhinted(exercise: ExerciseReport, lang: str) -> tuple[Message, ...]:
    """Says that there is no hint, for wrong values and for exceptions without one; empty if there could be none."""
    found, said = findings(exercise), []
    for verdict, id in (("fail", "magic.no_hint"), ("error", "magic.no_hint_error")):
        bare = [one for one in found if one.check.verdict == verdict and not hint_rungs(one.check, lang)]
        bare = [one for one in bare if not one.check.follows]
        name = exercise.name if len(bare) == len(found) else ", ".join(one.name(lang) for one in bare)
        said += [Message(id, {"name": name})] if bare else []
    return tuple(said)
