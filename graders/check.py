"""Practice on a file: the student's own code in a process of its own, judged by the expected values."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from graders.answers import run_key
from graders.course import close, find_course, near
from graders.errors import SubmissionError, UsageError, suggested
from graders.grade import rejected
from graders.practice import Practice
from graders.reports import ending_of, faulty, forbidden_by_text, located, titled
from graders.sandbox.contract import Backend, Batch, Job, Limits
from graders.spec import LANGUAGES
from graders.submission import Submission, load_submission
from graders.verdict import ExerciseReport, Message, Report, worst

__all__ = ["check_file", "language_beside", "split_target"]


def split_target(target: str) -> tuple[Path, str | None]:
    """``FILE::Symbol`` → the file and the symbol."""
    file, _, symbol = target.partition("::")
    whole, _, last = file.rpartition(":")
    if whole and not os.path.lexists(file) and os.path.isfile(whole):
        meant = f"{whole}::{last}"
        raise UsageError(
            f"{file} does not exist.",
            f"Did you mean {meant}?",
            message_id="usage.absent_near",
            path=file,
            near=suggested([meant]),
        )
    return Path(file), symbol or None


def language_beside(path: Path) -> str | None:
    """The language in which ``deepgrade start`` laid a student's files out: that of the only notebooks there."""
    for lang in LANGUAGES:
        if path.name.endswith(f".{lang}.ipynb"):
            return lang
    folder = path if os.path.isdir(path) else path.parent
    found = [
        lang
        for lang in LANGUAGES
        if next(iter([*folder.glob(f"u*.{lang}.ipynb"), *folder.glob(f"u*/u*.{lang}.ipynb")]), None)
    ]
    return found[0] if len(found) == 1 else None


def check_file(
    backend: Backend, path: Path, symbol: str | None = None, *, unit: str | None = None, course: Path | None = None
) -> Report:
    """Check every exercise of the submission's units, or the one named, on the public cases."""
    units = find_course(path if os.path.exists(path) else Path(), course).units
    try:
        submission = load_submission(path, units=units, unit=unit)
    except SubmissionError as error:
        return rejected(path.stem, error)
    exercises: list[ExerciseReport] = []
    practices = [Practice.find(path, one, course) for one in submission.units]
    chosen = _chosen(practices, symbol)
    for practice, symbols in chosen:
        exercises += _checked(backend, submission, practice, symbols)
    verdict = worst(one.verdict for one in exercises)
    return Report(
        "", tuple(exercises), verdict, notes=submission.notes, sha256=submission.sha256, files=submission.files
    )


def _chosen(practices: Sequence[Practice], symbol: str | None) -> list[tuple[Practice, tuple[str, ...]]]:
    """All exercises, or the one named ``Affine`` or ``u06_backprop.Affine``; a class stands for all its methods."""
    if symbol is None:
        return [(practice, practice.symbols) for practice in practices]
    found: list[tuple[Practice, tuple[str, ...]]] = []
    for practice in practices:
        plain = symbol.removeprefix(f"{practice.unit}.")
        named = tuple(one for one in practice.symbols if one == plain or one.startswith(f"{plain}."))
        if named:
            found.append((practice, named))
    if not found:
        known = [name for practice in practices for name in practice.symbols]
        raise UsageError(
            f"There is no exercise {symbol!r} here; there is {', '.join(known)}.",
            near(symbol, known),
            message_id="usage.no_exercise",
            symbol=symbol,
            known=", ".join(known),
            near=suggested(close(symbol, known)),
        )
    return found


def _checked(
    backend: Backend, submission: Submission, practice: Practice, symbols: tuple[str, ...]
) -> list[ExerciseReport]:
    unit, source, about = practice.unit, submission.sources[practice.unit], practice.spec.about
    absent = [name for name in about.needs if importlib.util.find_spec(name) is None]
    if absent:
        message = Message("check.library_absent", {"unit": unit, "library": " ".join(absent)})
        return [titled(faulty(unit, practice.spec.exercise(one), message, "not_run"), about) for one in symbols]
    if source.fault is not None:
        return [titled(faulty(unit, practice.spec.exercise(one), source.fault), about) for one in symbols]
    refused = forbidden_by_text(submission, {unit: {one: practice.spec.exercise(one) for one in symbols}})
    asked, symbols = symbols, tuple(one for one in symbols if (unit, one) not in refused)
    jobs = []
    for symbol in symbols:
        exercise = practice.spec.exercise(symbol)
        public = tuple((run_key(one.case, one.draw), one.inputs) for one in practice.runs(symbol))
        jobs.append(Job(unit, symbol, public, (), Limits(wall_s=exercise.wall_s, memory_mb=exercise.memory_mb)))
    sources = {name: one.text for name, one in submission.sources.items()} | dict(submission.extra)
    with closing(backend.open(about.needs)) as sandbox:
        result = sandbox.run(Batch(sources, {unit: practice.spec.source}, tuple(jobs)))
    reports = {
        symbol: located(
            practice.judge(
                symbol, outcome.traces, ending_of(outcome, practice.spec.exercise(symbol).wall_s), texts=sources
            ),
            source.line_of,
        )
        for symbol, outcome in zip(symbols, result.outcomes, strict=True)
    }
    return [reports[one] if one in reports else titled(refused[unit, one], about) for one in asked]
