"""What a class's reports say together: common mistakes, the spread of scores, and messages that several share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graders.feedback.messages import render_message
from graders.feedback.selection import hint_rungs, mistake_title, submission_message
from graders.reports.report import CheckReport, Report, is_told

__all__ = [
    "Mistake",
    "common_mistakes",
    "exercise_results",
    "histogram",
    "median_percent",
    "same_words",
]


@dataclass(frozen=True)
class Mistake:
    """A diagnosis in a class; ``says`` is the second rung of its hints: which relation was missed."""

    diagnosis: str
    title: str
    unit: str
    exercise: str
    students: tuple[str, ...]
    says: str


def same_words(reports: Iterable[Report], lang: str) -> list[tuple[str, tuple[Report, ...]]]:
    """Messages about whole submissions, each sentence once, with the reports it is about."""
    found: dict[str, list[Report]] = {}
    for report in reports:
        said = submission_message(report)
        if said is not None:
            found.setdefault(render_message(said, lang), []).append(report)
    return [(sentence, tuple(about)) for sentence, about in found.items()]


def common_mistakes(reports: Iterable[Report], lang: str) -> list[Mistake]:
    """What a class gets wrong, most students first; ties put named mistakes before mere relations."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    says: dict[tuple[str, str, str], tuple[str, str]] = {}
    for report in reports:
        for exercise in report.exercises:
            for check in exercise.checks:
                if check.diagnosis and not check.follows:
                    key = (check.diagnosis, exercise.unit, exercise.name)
                    found.setdefault(key, {})[report.student] = None
                    says.setdefault(
                        key, (_headed(mistake_title(check, lang), check), " ".join(hint_rungs(check, lang)[1:2]))
                    )
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0][0].startswith("relation."), item[0]))
    return [Mistake(key[0], says[key][0], key[1], key[2], tuple(students), says[key][1]) for key, students in ranked]


def _headed(title: str, check: CheckReport) -> str:
    """Capitalises the title of a relation or a contract fault for the head of a row; in a sentence it is lower case."""
    return title[:1].upper() + title[1:] if is_told(check.diagnosis or "") else title


def median_percent(reports: Sequence[Report]) -> float | None:
    """The median of the scores in percent; None if nothing could be scored."""
    scored = [(report.score, report.max_score) for report in reports if report.max_score]
    shares = [100 * score / max_score for score, max_score in scored if score is not None]
    shares.sort()
    return (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2 if shares else None


def histogram(reports: Iterable[Report], bars: int) -> list[int]:
    """How many scores lie in each of ``bars`` equal parts of 0 … 100 %; full marks belong to the last."""
    counts = [0] * bars
    for report in reports:
        if report.score is not None and report.max_score:
            counts[min(bars - 1, int(bars * report.score / report.max_score))] += 1
    return counts


def exercise_results(reports: Sequence[Report]) -> list[tuple[str, str, int, int]]:
    """(unit, exercise, how many passed, how many were graded), hardest first."""
    found: dict[tuple[str, str], list[bool]] = {}
    for report in reports:
        for exercise in report.exercises:
            if exercise.score is not None:
                found.setdefault((exercise.unit, exercise.name), []).append(exercise.verdict == "pass")
    results = [(*key, sum(passed), len(passed)) for key, passed in found.items()]
    return sorted(results, key=lambda result: result[2] / result[3])
