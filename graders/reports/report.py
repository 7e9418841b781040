"""The report of a submission, with the basis of each point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol, cast

from graders.messages.errors import UsageError
from graders.messages.message import Message, Words
from graders.reports.evidence import Evidence
from graders.reports.record import GradingRecord
from graders.reports.verdict import UNSCORED

__all__ = [
    "SCHEMA",
    "CaseReport",
    "CheckReport",
    "ExerciseReport",
    "Report",
    "ReportWords",
    "is_told",
]

SCHEMA = 2  # of ``Report.to_dict`` and ``--json``; report.schema.json describes it


def is_told(diagnosis: str) -> bool:
    """Whether a diagnosis says no more than its message: a relation, or a contract fault."""
    return diagnosis.startswith(("relation.", "contract."))


class ReportWords(Words, Protocol):
    """A language in which to render a report."""

    def about(self, check: CheckReport) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class CaseReport:
    """One output on one draw of one case."""

    case: str
    draw: int
    public: bool
    verdict: str
    message: Message | None = None
    evidence: Evidence | None = None  # public runs only
    counterexample: bool = False  # a fresh public draw that fails like the hidden one
    case_title: Mapping[str, str] | None = None  # the case's title, per language

    def to_dict(self, words: ReportWords | None = None) -> dict[str, Any]:
        return {
            "case": self.case,
            "draw": self.draw,
            "public": self.public,
            "verdict": self.verdict,
            "message": self.message.to_dict(words) if self.message else None,
            "evidence": self.evidence.to_dict() if self.evidence else None,
            "counterexample": self.counterexample,
            "case_title": dict(self.case_title) if self.case_title else None,
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> CaseReport:
        message, evidence = data["message"], data["evidence"]
        return CaseReport(
            data["case"],
            data["draw"],
            data["public"],
            data["verdict"],
            Message.from_dict(message) if message else None,
            Evidence.from_dict(evidence) if evidence else None,
            data["counterexample"],
            data.get("case_title"),  # reports of earlier versions have none
        )


@dataclass(frozen=True)
class CheckReport:
    """One line: an output in a group of cases. ``case`` and ``public`` describe the case that decided it.

    ``diagnosis`` is ``unit.exercise.misconception_id``, ``relation.…`` or ``contract.…``; ``hint`` the ladder (where,
    relation, question) per language, ``title`` the name of a misconception, ``group_title`` the group's;
    ``follow_through`` says that part of the points was kept for a consistent backward; ``line`` (in the form used in
    messages) and ``source`` are the student's own line to look at. ``name_at``: the hint with which a student is told
    the mistake's name; 0 for at once.
    """

    name: str
    group: str
    verdict: str
    points: float
    max_points: int
    case: str = ""
    public: bool = True
    message: Message | None = None
    diagnosis: str | None = None
    hint: Mapping[str, tuple[str, ...]] | None = None
    title: Mapping[str, str] | None = None
    follow_through: bool = False
    cases: tuple[CaseReport, ...] = ()
    group_title: Mapping[str, str] | None = None
    line: Any = None
    source: str = ""
    name_at: int = 0

    @property
    def follows(self) -> str:
        """The exercise whose mistake this is, if it is reported there; else ""."""
        told = self.message is not None and self.message.id == "borrowed.follows"
        return str(self.message.params["first"]) if told and self.message is not None else ""

    @property
    def earned(self) -> float | None:
        """Its points; None if the platform failed or could not run it."""
        return None if self.verdict in UNSCORED else self.points

    def to_dict(self, words: ReportWords | None = None) -> dict[str, Any]:
        return {
            "name": self.name,
            "group": self.group,
            "case": self.case,
            "public": self.public,
            "verdict": self.verdict,
            "points": self.earned,
            "max_points": self.max_points,
            "message": self.message.to_dict(words) if self.message else None,
            "diagnosis": self.diagnosis,
            "hint": {lang: list(rungs) for lang, rungs in self.hint.items()} if self.hint else None,
            "title": dict(self.title) if self.title else None,
            "follow_through": self.follow_through,
            "cases": [case.to_dict(words) for case in self.cases],
            "group_title": dict(self.group_title) if self.group_title else None,
            "line": self.line,
            "source": self.source,
            **({"name_at": self.name_at} if self.name_at else {}),
            **({"said": dict(words.about(self))} if words is not None else {}),
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> CheckReport:
        known = {one.name for one in fields(CheckReport)}  # ``said`` is for other programs
        values = {key: value for key, value in data.items() if key in known} | {"points": data["points"] or 0}
        values["message"] = Message.from_dict(data["message"]) if data["message"] else None
        values["hint"] = {lang: tuple(rungs) for lang, rungs in data["hint"].items()} if data["hint"] else None
        values["cases"] = tuple(CaseReport.from_dict(case) for case in data["cases"])
        return CheckReport(**values)


@dataclass(frozen=True)
class ExerciseReport:
    """One exercise: its checks, notes (worth no points), and what the student's code printed in public runs."""

    unit: str
    name: str
    verdict: str
    checks: tuple[CheckReport, ...]
    notes: tuple[Message, ...] = ()
    stdout: str = ""
    stderr: str = ""
    curve: tuple[str, str] | None = None
    unnamed: Mapping[str, Any] = field(default_factory=dict)  # for authors; ``graders.grading.unnamed`` reads it

    @property
    def score(self) -> float | None:
        """None if the platform failed or could not run it: never 0."""
        if self.verdict in UNSCORED or any(check.earned is None for check in self.checks):
            return None
        return sum(check.points for check in self.checks)

    @property
    def max_score(self) -> int:
        return sum(check.max_points for check in self.checks)

    def to_dict(self, words: ReportWords | None = None) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "verdict": self.verdict,
            "checks": [check.to_dict(words) for check in self.checks],
            "notes": [note.to_dict(words) for note in self.notes],
            "stdout": self.stdout,
            "stderr": self.stderr,
            "curve": list(self.curve) if self.curve else None,
            **({"unnamed": dict(self.unnamed)} if self.unnamed else {}),
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> ExerciseReport:
        return ExerciseReport(
            data["unit"],
            data["name"],
            data["verdict"],
            tuple(CheckReport.from_dict(check) for check in data["checks"]),
            tuple(Message.from_dict(note) for note in data["notes"]),
            data["stdout"],
            data["stderr"],
            tuple(data["curve"]) if data["curve"] else None,
            data.get("unnamed", {}),
        )


@dataclass(frozen=True)
class Report:
    """The score of a submission, and why.

    ``score`` is None if the platform failed or could not run an exercise that counts.
    """

    student: str
    exercises: tuple[ExerciseReport, ...]
    verdict: str
    message: Message | None = None  # about the submission as a whole (rejected, not submitted, broken)
    notes: tuple[Message, ...] = ()
    flags: tuple[Message, ...] = ()
    sha256: str = ""
    course_version: str = ""
    device: str = "cpu"
    view: str = "staff"
    absent_points: int = 0  # of units counted for the class but not handed in
    run: GradingRecord = field(default_factory=GradingRecord)  # how it was graded; empty if nothing was
    files: tuple[str, ...] = ()
    handed_in: Mapping[str, Any] = field(default_factory=dict)  # what is known about it: id, late, submitted_at, …
    uncounted: tuple[str, ...] = ()  # units that are graded and shown, but not part of the total
    before: Mapping[str, float | None] = field(default_factory=dict)  # points of an earlier report, by unit.exercise

    @property
    def counted(self) -> tuple[ExerciseReport, ...]:
        """The exercises that make up the total."""
        return tuple(exercise for exercise in self.exercises if exercise.unit not in self.uncounted)

    @property
    def ungraded(self) -> tuple[str, ...]:
        """``unit.exercise`` of everything that the platform could not grade, counted or not."""
        return tuple(f"{exercise.unit}.{exercise.name}" for exercise in self.exercises if exercise.score is None)

    @property
    def score(self) -> float | None:
        scores = [exercise.score for exercise in self.counted]
        known = [score for score in scores if score is not None]
        return None if self.verdict == "broken" or len(known) < len(scores) else sum(known)

    @property
    def max_score(self) -> int:
        return sum(exercise.max_score for exercise in self.counted) + self.absent_points

    def for_student(self) -> Report:
        """The same report without what only staff may read: hidden runs, flags, seeds, host limits.

        A check has one verdict; which hidden draws led to it, and how each ended, is left out (any of it is an answer).
        Only a hidden run's public counterexample may be seen.
        """
        exercises = tuple(
            replace(exercise, checks=tuple(_student_check(check) for check in exercise.checks), unnamed={})
            for exercise in self.exercises
        )
        run = GradingRecord()
        if "backend" in self.run:  # and nothing else: a time can encode a hidden input
            run["backend"] = self.run["backend"]
        message = Message("broken", {"text": ""}) if self.verdict == "broken" else self.message
        handed_in = {key: value for key, value in self.handed_in.items() if key != "in_name_of"}
        return replace(
            self, exercises=exercises, message=message, flags=(), run=run, view="student", handed_in=handed_in
        )

    def to_dict(self, words: ReportWords | None = None) -> dict[str, Any]:
        """What ``report.schema.json`` describes; with ``words``, also every sentence, as ``--json`` prints it."""
        return {
            "schema": SCHEMA,
            "student": self.student,
            "score": self.score,
            "max_score": self.max_score,
            "verdict": self.verdict,
            "exercises": [exercise.to_dict(words) for exercise in self.exercises],
            "run": dict(self.run),
            "message": self.message.to_dict(words) if self.message else None,
            "notes": [note.to_dict(words) for note in self.notes],
            "flags": [flag.to_dict(words) for flag in self.flags],
            "sha256": self.sha256,
            "course_version": self.course_version,
            "device": self.device,
            "view": self.view,
            "absent_points": self.absent_points,
            "ungraded": list(self.ungraded),
            "files": list(self.files),
            "handed_in": dict(self.handed_in),
            "uncounted": list(self.uncounted),
            "before": dict(self.before),
            **({"lang": words.lang} if words is not None else {}),
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Report:
        """A report of this schema or an earlier one; UsageError for a later one, KeyError and others for other data."""
        _require_known(data["schema"])
        return Report(
            data["student"],
            tuple(ExerciseReport.from_dict(exercise) for exercise in data["exercises"]),
            data["verdict"],
            Message.from_dict(data["message"]) if data["message"] else None,
            tuple(Message.from_dict(note) for note in data["notes"]),
            tuple(Message.from_dict(flag) for flag in data["flags"]),
            data["sha256"],
            data["course_version"],
            data["device"],
            data["view"],
            data["absent_points"],
            cast(GradingRecord, data["run"]),
            tuple(data["files"]),
            data.get("handed_in", {}),  # reports of earlier versions have none
            tuple(data.get("uncounted", ())),  # reports of earlier versions have neither
            data.get("before", {}),
        )


def _require_known(schema: Any) -> None:
    if type(schema) is not int or schema < 1:
        raise ValueError(f"schema {schema!r:.40}")
    if schema > SCHEMA:
        raise UsageError("usage.report_schema", schema=schema, known=SCHEMA)


def _student_check(check: CheckReport) -> CheckReport:
    """Without its hidden runs; a hidden check's message only if it contains no hidden value."""
    cases = tuple(case for case in check.cases if case.public)
    message = Message("broken", {"text": ""}) if check.verdict == "broken" else check.message
    return replace(check, cases=cases, message=message)
