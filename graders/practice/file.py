"""Practice on a file: the student's own code in a separate process, judged by the expected values."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from graders.courses.course import Course
from graders.courses.manifest import is_unit_name
from graders.grading.annotate import advised, ending_of, faulty, located, placed_elsewhere, sourced, titled, unblamed
from graders.grading.bounds import bounded
from graders.grading.forbidden import forbidden_by_text
from graders.grading.grader import rejected
from graders.grading.intake import read_apart
from graders.grading.oracle import run_key
from graders.grading.outlines import outline_apart
from graders.grading.running import Runner
from graders.grading.told_once import told_once
from graders.grading.used_units import with_used_units
from graders.host.trust import course_to_practise
from graders.messages.errors import SubmissionError, UsageError
from graders.messages.message import Message
from graders.messages.near import close, suggested
from graders.practice.unit import Practice
from graders.reports.report import ExerciseReport, Report
from graders.reports.verdict import worst
from graders.sandbox.contract import Backend, Job, Limits
from graders.spec import LANGUAGES
from graders.submission import Submission, load_submission

__all__ = ["check_file", "language_beside", "read_for_practice", "split_target"]


def split_target(target: str) -> tuple[Path, str | None]:
    """``FILE::Symbol`` → the file and the symbol."""
    file, _, symbol = target.partition("::")
    whole, _, last = file.rpartition(":")
    if whole and not os.path.lexists(file) and os.path.isfile(whole):
        meant = f"{whole}::{last}"
        raise UsageError("usage.absent_near", path=file, near=suggested([meant]))
    return Path(file), symbol or None


def language_beside(path: Path) -> str | None:
    """The language of the files that ``deepgrade start`` created: that of the notebooks there, if they share one."""
    for lang in LANGUAGES:
        if path.name.endswith(f".{lang}.ipynb"):
            return lang
    folder = path if os.path.isdir(path) else path.parent
    found = [
        lang
        for lang in LANGUAGES
        if any(_is_of_a_unit(path) for form in ("*", "*/*") for path in folder.glob(f"{form}.{lang}.ipynb"))
    ]
    return found[0] if len(found) == 1 else None


def _is_of_a_unit(notebook: Path) -> bool:
    """Whether its name can be a unit notebook's, so that other files in the folder decide nothing."""
    return is_unit_name(notebook.name.split(".")[0])


def check_file(
    backend: Backend,
    path: Path,
    symbol: str | Collection[str] | None = None,
    *,
    unit: str | None = None,
    course: Path | None = None,
    apart: bool = False,
    find: Callable[[Path, str, Path | None], Practice] = Practice.find,
) -> Report:
    """Check every exercise of the submission's units on the public cases, or only the named one or ones.

    ``apart``: the file is somebody else's, so this process neither reads nor parses it. ``find``: for callers that
    cache a course's practices.
    """
    found = Course(course_to_practise(course, path))
    try:
        submission = read_for_practice(found, path, unit, apart)
    except SubmissionError as error:
        return rejected(path.stem, error)
    exercises: list[ExerciseReport] = []
    practices = [find(path, one, course) for one in submission.units]
    chosen = _chosen(practices, symbol)
    for practice, symbols in chosen:
        exercises += _checked(backend, submission, practice, symbols, apart)
    specs = {practice.unit: practice.spec for practice in practices}
    exercises = told_once(exercises, lambda unit: specs[unit].exercises)
    exercises = unblamed(exercises, lambda unit: specs[unit].exercises)
    exercises = with_used_units(advised(specs.__getitem__, exercises), submission)
    verdict = worst(one.verdict for one in exercises)
    report = Report("", tuple(exercises), verdict, notes=submission.notes, sha256=submission.sha256, view="student")
    return bounded(replace(report, files=submission.files))


def read_for_practice(course: Course, path: Path, unit: str | None, apart: bool) -> Submission:
    """The submission at ``path``: your own is read here, another's in a separate process with limits."""
    units, compatibility = course.units, course.compatibility
    if apart:
        return read_apart(path, units=units, compatibility=compatibility, unit=unit)
    return load_submission(path, units=units, packages=compatibility.packages, unit=unit)


def _chosen(
    practices: Sequence[Practice], symbol: str | Collection[str] | None
) -> list[tuple[Practice, tuple[str, ...]]]:
    """All exercises, or the one named ``Affine`` or ``u06_backprop.Affine``; a class stands for all its methods.

    A collection selects the exercises with exactly these names.
    """
    if symbol is None:
        return [(practice, practice.symbols) for practice in practices]
    if not isinstance(symbol, str):
        return [(practice, tuple(one for one in practice.symbols if one in symbol)) for practice in practices]
    found: list[tuple[Practice, tuple[str, ...]]] = []
    for practice in practices:
        plain = symbol.removeprefix(f"{practice.unit}.")
        named = tuple(one for one in practice.symbols if one == plain or one.startswith(f"{plain}."))
        if named:
            found.append((practice, named))
    if not found:
        known = [name for practice in practices for name in practice.symbols]
        raise UsageError(
            "usage.no_exercise", symbol=symbol, known=", ".join(known), near=suggested(close(symbol, known))
        )
    return found


def _checked(
    backend: Backend, submission: Submission, practice: Practice, symbols: tuple[str, ...], apart: bool
) -> list[ExerciseReport]:
    unit, source, about = practice.unit, submission.sources[practice.unit], practice.spec.about
    absent = [name for name in about.needs if importlib.util.find_spec(name) is None]
    if absent:
        message = Message("check.library_absent", {"unit": unit, "library": " ".join(absent)})
        return [titled(faulty(unit, practice.spec.exercise(one), message, "not_run"), about) for one in symbols]
    if source.fault is not None:
        return [titled(faulty(unit, practice.spec.exercise(one), source.fault), about) for one in symbols]
    refused = forbidden_by_text(submission, {unit: {one: practice.spec.exercise(one) for one in symbols}})
    runner = Runner(backend, submission, {unit: practice.spec.source}, about.needs, practice.compatibility)
    jobs = [_job(practice, symbol) for symbol in symbols if (unit, symbol) not in refused]
    outcomes, _ = runner.run(jobs)
    reports = {symbol: titled(report, about) for (_, symbol), report in refused.items()}
    outline = partial(outline_apart, source.text) if apart else None
    for job, outcome in zip(jobs, outcomes, strict=True):
        exercise = practice.spec.exercise(job.exercise)
        ending = ending_of(outcome, exercise.wall_s)
        report = practice.judge(job.exercise, outcome.traces, ending, runner.rerun(job), submission.texts, outline)
        report = located(sourced(report, exercise, source.text), source.line_of)
        reports[job.exercise] = placed_elsewhere(report, submission.sources)
    return [reports[symbol] for symbol in symbols]


def _job(practice: Practice, symbol: str) -> Job:
    exercise = practice.spec.exercise(symbol)
    public = tuple((run_key(one.case, one.draw), one.inputs) for one in practice.runs(symbol))
    return Job(practice.unit, symbol, public, (), Limits(wall_s=exercise.wall_s, memory_mb=exercise.memory_mb))
