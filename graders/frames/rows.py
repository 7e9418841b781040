"""Reports as rows of the tables in ``columns``, in a stable order; without pandas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graders.feedback.messages import render_message
from graders.feedback.points import total
from graders.feedback.selection import mistake_title
from graders.frames.columns import Cell, Rows
from graders.frames.moments import moment
from graders.frames.rounds import Attempt, Round, Standing, attempts_of, standings
from graders.reports.report import CheckReport, ExerciseReport, is_told
from graders.reports.verdict import worst

__all__ = ["rows_of"]

Row = tuple[Cell, ...]
Attempts = Mapping[tuple[str, str, str], Sequence[Attempt]]


def rows_of(rounds: Sequence[Round], lang: str) -> dict[str, Rows]:
    """Every table's rows: by student and unit, then in the unit's exercise order. Messages are in ``lang``."""
    attempts = attempts_of(rounds)
    stand = list(standings(rounds))
    each = [(one, exercise) for one in stand for exercise in one.exercises]
    return {
        "submissions": [_submission(one, attempts) for one in stand],
        "exercises": [_exercise(one, exercise, attempts) for one, exercise in each],
        "checks": [_check(one, exercise, check, lang) for one, exercise in each for check in exercise.checks],
        "diagnoses": [row for one, exercise in each for row in _diagnoses(one, exercise)],
        "attempts": [row for key in _in_order(attempts, each) for row in _attempts(key, attempts[key])],
    }


def _submission(one: Standing, attempts: Attempts) -> Row:
    report = one.report
    known = report.handed_in if report is not None else {}
    names = [(one.student, one.unit or "", exercise.name) for exercise in one.exercises]
    return (
        text(one.student),
        one.unit if one.unit is None else text(one.unit),
        one.counted,
        bool(one.exercises) or (report is not None and report.verdict in ("rejected", "broken")),
        _verdict(one),
        _score(one),
        one.max_score,
        len(report.flags) if report is not None else 0,
        max((len(attempts[name]) for name in names), default=0),
        bool(known.get("late")),
        moment(str(known.get("submitted_at", ""))),
        *(_note(known.get(key)) for key in ("submitted_at", "id", "number", "email")),
        _note(report.sha256 if report is not None else None),
        _note(report.course_version if report is not None else None),
        _note(one.folder),
    )


def _verdict(one: Standing) -> str:
    """The worst of its exercises' verdicts; the submission's if there are none, and ``flagged`` if it has flags."""
    verdicts = [exercise.verdict for exercise in one.exercises]
    report = one.report
    if report is not None:
        verdicts += ["flagged"] if report.flags else []
        verdicts += [report.verdict] if not report.exercises else []
    return str(worst([*verdicts, *(["missing"] if not one.exercises else [])]))


def _score(one: Standing) -> float | None:
    if one.exercises:
        return total(exercise.score for exercise in one.exercises)
    return None if one.report is not None and one.report.score is None else 0


def _exercise(one: Standing, exercise: ExerciseReport, attempts: Attempts) -> Row:
    return (
        *_place(one, exercise),
        one.counted,
        exercise.verdict,
        exercise.score,
        exercise.max_score,
        len(attempts[one.student, exercise.unit, exercise.name]),
    )


def _place(one: Standing, exercise: ExerciseReport) -> tuple[str, str, str]:
    return text(one.student), text(exercise.unit), text(exercise.name)


def _check(one: Standing, exercise: ExerciseReport, check: CheckReport, lang: str) -> Row:
    return (
        *_place(one, exercise),
        text(check.name),
        text(check.group),
        check.verdict,
        check.earned,
        check.max_points,
        check.public,
        _note(check.case),
        check.follow_through,
        _note(check.diagnosis),
        _note(check.follows),
        _note(check.message.id if check.message is not None else None),
        _note(render_message(check.message, lang) if check.message is not None else None),
    )


def _diagnoses(one: Standing, exercise: ExerciseReport) -> Iterator[Row]:
    """A row for each mistake recognised here; a mistake of another exercise is reported there."""
    found: dict[str, list[CheckReport]] = {}
    for check in exercise.checks:
        if check.diagnosis and not check.follows:
            found.setdefault(check.diagnosis, []).append(check)
    for diagnosis, checks in found.items():
        family = diagnosis.split(".", 1)[0] if is_told(diagnosis) else "mistake"
        titles = (text(mistake_title(checks[0], lang)) for lang in ("en", "ko"))
        yield (*_place(one, exercise), text(diagnosis), family, *titles, len(checks), _lost(checks))


def _lost(checks: Sequence[CheckReport]) -> float | None:
    earned = total(check.earned for check in checks)
    return None if earned is None else sum(check.max_points for check in checks) - earned


def _in_order(attempts: Attempts, each: Sequence[tuple[Standing, ExerciseReport]]) -> list[tuple[str, str, str]]:
    """By student and unit; within a unit in the current exercise order, then exercises that no longer exist."""
    now = {(one.student, exercise.unit, exercise.name): place for place, (one, exercise) in enumerate(each)}
    return sorted(
        (key for key in attempts if attempts[key]), key=lambda key: (*key[:2], now.get(key, len(now)), key[2])
    )


def _attempts(key: tuple[str, str, str], mine: Sequence[Attempt]) -> Iterator[Row]:
    most = next((one.exercise.max_score for one in reversed(mine) if one.exercise is not None), None)
    for number, one in enumerate(mine, 1):
        yield (
            *map(text, key),
            number,
            number == len(mine),
            one.exercise.verdict if one.exercise is not None else None,
            one.score,
            one.exercise.max_score if one.exercise is not None else most,
            one.submitted_at,
            _note(one.report.sha256 if one.report is not None else None),
            _note(one.folder),
        )


def text(value: object) -> str:
    """As text that every file can hold: half a surrogate pair, which a file name may contain, is escaped."""
    return str(value).encode("utf-8", "backslashreplace").decode()


def _note(value: object) -> str | None:
    """The same; None if there is nothing."""
    return text(value) if value not in (None, "") else None
