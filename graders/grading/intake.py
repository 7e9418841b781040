"""Reads an upload into a submission and policy flags, in a separate process with limits.

Nothing in an upload is decoded, parsed or compiled in the grader's process: texts that make Python slow, large
or crash end only their own reading.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from graders.host import apart
from graders.host.apart import Answer, call_apart
from graders.messages.errors import BrokenError, DeepgradeError, SubmissionError, UsageError
from graders.messages.message import Message
from graders.policy import Flag, check_source
from graders.spec.profile import Compatibility
from graders.submission import Submission, load_submission
from graders.submission.plain import checked_message, from_plain, number, text, to_plain
from graders.submission.refusal import refusal

__all__ = ["Imports", "import_readers", "read_apart", "read_with_flags"]

_MALFORMED = (ValueError, TypeError, KeyError, AttributeError)
NOTHING = Compatibility()
MAX_FLAGS = 1000  # of a submission

Imports = Callable[[str], Collection[str]]  # unit → the libraries that its exercises may import


def read_apart(
    path: Path,
    *,
    units: Collection[str],
    compatibility: Compatibility = NOTHING,
    unit: str | None = None,
    student: str | None = None,
) -> Submission:
    """``load_submission`` in a separate process. SubmissionError also if Python itself gave up on the texts."""
    return _submission(path, units, call_apart(partial(_read, path, tuple(units), compatibility, unit, student, None)))


def read_with_flags(
    path: Path,
    imports: Imports,
    *,
    units: Collection[str],
    compatibility: Compatibility = NOTHING,
    unit: str | None = None,
    student: str | None = None,
) -> tuple[Submission, tuple[Message, ...]]:
    """The submission, and what staff should look at in the exact texts that will run: advice that costs no points."""
    answer = call_apart(partial(_read, path, tuple(units), compatibility, unit, student, imports))
    submission = _submission(path, units, answer)
    if len(answer.values) < 2:
        return submission, (Message("policy.exhausted", {"student": submission.student}),)
    try:
        return submission, tuple(_flag(submission, one) for one in answer.values[1][:MAX_FLAGS])
    except _MALFORMED as error:
        raise _malformed(path, error) from error


def import_readers() -> None:
    """Run before there are threads that fork: imports what reading needs (see ``call_apart``)."""
    from graders.submission import cells, zipped  # noqa: F401


# --- in the process that reads ---------------------------------------------------------------------------------------


def _read(
    path: Path,
    units: tuple[str, ...],
    compatibility: Compatibility,
    unit: str | None,
    student: str | None,
    imports: Imports | None,
) -> Iterator[Any]:
    """The submission or why there is none, then the flags."""
    try:
        submission = load_submission(path, units=units, packages=compatibility.packages, unit=unit, student=student)
    except (SubmissionError, UsageError) as error:
        yield {"refused": type(error).__name__, **error.message.to_dict()}
        return
    yield to_plain(submission)
    if imports is not None:
        yield _flags(submission, units, compatibility, imports)


def _flags(
    submission: Submission, units: tuple[str, ...], compatibility: Compatibility, imports: Imports
) -> list[tuple[str, int, str, str]]:
    """(unit or module, line, rule, what); the upload's helper modules may import what any of its units may."""
    allowed = {unit: imports(unit) for unit in submission.sources}
    anywhere = {name for names in allowed.values() for name in names}
    texts = [(unit, source.text, source.file, allowed[unit]) for unit, source in submission.sources.items()]
    texts += [(name, content, name, anywhere) for name, content in submission.extra.items()]
    found = []
    for name, content, file, names in texts:
        try:
            flags = check_source(content, names, units, own=submission.extra, compatibility=compatibility, file=file)
        except SubmissionError as error:
            flags = (Flag(1, "unreadable", str(error)),)
        found += [(name, one.line, one.rule, one.what) for one in flags]
    return found


# --- in the grader ---------------------------------------------------------------------------------------------------


def _submission(path: Path, units: Collection[str], answer: Answer) -> Submission:
    if not answer.values:
        raise _unread(path, answer)
    try:
        first: Mapping[str, Any] = answer.values[0]
        if "refused" not in first:
            return from_plain(first, units)
        error = _refused(first)
    except _MALFORMED as malformed:
        raise _malformed(path, malformed) from malformed
    raise error


def _refused(data: Mapping[str, Any]) -> DeepgradeError:
    """The error that was raised there."""
    kind = UsageError if data["refused"] == "UsageError" else SubmissionError
    said = checked_message(data)
    return kind(said.id, **said.params)


def _unread(path: Path, answer: Answer) -> DeepgradeError:
    """The student is told what the upload did to its reader; what happened to the reader itself is our error."""
    name = path.name
    if answer.ending == "time":
        return refusal("upload.slow", name=name, limit_s=apart.CPU_S)
    if answer.ending in ("memory", "output"):
        return refusal("upload.heavy", name=name, limit_mb=apart.MEMORY_MB)
    if answer.ending == "crash":
        return refusal("upload.crash", name=name)
    return BrokenError("intake.no_answer", name=name, detail=answer.detail or answer.ending)


def _malformed(path: Path, error: Exception) -> BrokenError:
    return BrokenError("intake.malformed", name=path.name, kind=type(error).__name__, text=str(error))


def _flag(submission: Submission, found: Any) -> Message:
    name, line, rule, what = found
    name, line = text(name, 4096), number(line)
    source = submission.sources.get(name)
    if source is None and name not in submission.extra:
        raise ValueError("a finding in a text that is not there")
    place = source.place_of(line) if source is not None else line
    return Message(
        "policy.flag", {"unit": name, "line": place, "rule": text(rule, 20), "what": text(what, 1 << 20)[:400]}
    )
