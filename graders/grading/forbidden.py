"""Reports for exercises whose texts or runs use what they forbid."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from graders.compare.context import Cause
from graders.compare.contract_hints import contract_ladder
from graders.grading.annotate import faulty
from graders.host.apart import call_apart
from graders.messages.errors import SubmissionError
from graders.messages.message import Message
from graders.policy.forbids import forbidden_uses
from graders.probe import Trace
from graders.reports.report import ExerciseReport
from graders.sandbox.guest.modules import file_of
from graders.spec import Exercise
from graders.submission import Submission

__all__ = ["forbidden", "forbidden_by_text"]

FORBIDDEN_CALL = "ForbiddenCall"  # the exception of ``graders.sandbox.guest.withheld``
OTHER_LIBRARY = "contract.other_library"
LONGEST_NAME = 200


def forbidden(unit: str, exercise: Exercise, traces: Iterable[Trace]) -> ExerciseReport | None:
    """The report of an exercise whose run called something forbidden: no points, and the sentence that says so."""
    for trace in traces if exercise.forbids else ():
        crash = trace.crash
        if crash is not None and crash.kind == FORBIDDEN_CALL:
            params = {"symbol": exercise.symbol, "name": crash.text or ", ".join(exercise.forbids)}
            line = {"line": crash.line} if crash.line is not None else {}
            return _report(unit, exercise, "_line" if line else "", {**params, **line})
    return None


def forbidden_by_text(
    submission: Submission, exercises: Mapping[str, Mapping[str, Exercise]]
) -> dict[tuple[str, str], ExerciseReport]:
    """(unit, symbol) → its report, for exercises whose code names something forbidden; read in a separate process.

    ``exercises``: unit → symbol → exercise. If the texts are too large to read, the runs still show it.
    """
    texts = submission.texts
    whole = "\n".join(texts.values())
    wanted = {
        unit: {
            name: one.forbids for name, one in known.items() if any(_may_stand_in(whole, each) for each in one.forbids)
        }
        for unit, known in exercises.items()
    }
    aliases = {name: one.aliases for known in exercises.values() for name, one in known.items()}
    every = [one for known in exercises.values() for one in known.values()]
    packages = {name for one in every for name in one.profile.compatibility.packages}

    def uses() -> Iterator[list[Any]]:
        with contextlib.suppress(SubmissionError):
            for unit in wanted:
                for use in forbidden_uses(texts, unit, wanted[unit], aliases, packages):
                    yield [unit, *astuple(use)]

    found = call_apart(uses).values if any(wanted.values()) else ()
    reports = {}
    for unit, symbol, module, line, name in filter(_is_use, found):
        if unit not in exercises or symbol not in exercises[unit] or module not in texts:
            continue
        params: dict[str, Any] = {"symbol": symbol, "name": name[:LONGEST_NAME], "line": line}
        form = "_line" if module == unit else "_in"
        params |= {"line": submission.sources[unit].place_of(line)} if module == unit else {"file": file_of(module)}
        reports[unit, symbol] = _report(unit, exercises[unit][symbol], form, params)
    return reports


def _report(unit: str, exercise: Exercise, form: str, params: Mapping[str, Any]) -> ExerciseReport:
    """What was called, and where; if the exercise forbids a whole library, also that NumPy is meant."""
    library = str(params["name"]).partition(".")[0]
    if f"{library}.*" not in exercise.forbids:
        return faulty(unit, exercise, Message(f"forbidden.called{form}", params), "fail")
    cause = Cause(None, OTHER_LIBRARY, contract_ladder(OTHER_LIBRARY))
    return faulty(unit, exercise, Message(f"forbidden.library{form}", params), "fail", cause)


def _is_use(value: Any) -> bool:
    """Whether this has the form that ``uses`` yields: it comes from the process that read the upload."""
    if not isinstance(value, list) or len(value) != 5:
        return False
    *names, line, used = value
    return all(isinstance(one, str) for one in (*names, used)) and type(line) is int and line > 0


def _may_stand_in(text: str, pattern: str) -> bool:
    """Whether the library and the last word of a pattern occur in a text at all: usually they do not."""
    words = re.findall(r"\w+", pattern)
    return words[0] in text and words[-1] in text
