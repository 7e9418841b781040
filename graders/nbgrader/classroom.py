"""Grades a whole class in parallel: submitted notebooks → one grader → gradebook and graded notebooks, per student.

It does the same as ``nbgrader autograde`` with our steps, but in one process with one pool of sandboxes. A student's
results are written as soon as they are complete; a student whose grading fails is named and stops nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.api import Grader
from graders.courses.course import Course
from graders.feedback.messages import language
from graders.grading.grader import rejected
from graders.messages.errors import UsageError
from graders.messages.near import close, suggested
from graders.nbgrader.folder import CourseFolder
from graders.nbgrader.late import penalty_of
from graders.nbgrader.marks import Marks, marked, nothing_handed_in
from graders.nbgrader.pages import write_graded
from graders.nbgrader.rebuilt import read_handed, rebuilt
from graders.nbgrader.record import is_settled, record_marks, record_submission, require_unlocked
from graders.nbgrader.released import Released, load_released
from graders.reports.report import Report
from graders.sandbox.contract import Backend
from graders.submission.entries import holds_code
from graders.submission.refusal import refusal

__all__ = ["Graded", "Plan", "grade_plan", "plan_grading"]


@dataclass(frozen=True)
class Graded:
    """The result of one student, by notebook."""

    student: str
    reports: Mapping[str, Report]
    marks: Mapping[str, Marks]

    @property
    def ungraded(self) -> tuple[str, ...]:
        """Grade ids that have no score and wait for a person."""
        return tuple(name for marks in self.marks.values() for name in marks.ungraded)


@dataclass(frozen=True)
class Plan:
    """What to grade: the notebooks as released, the students, and those whose marks are still valid."""

    folder: CourseFolder
    assignment: str
    course: Course
    notebooks: Sequence[Released]
    students: Sequence[str]
    kept: Sequence[str]
    lang: str | None  # the one asked for; else each notebook's own

    def language(self, released: Released) -> str:
        return language(self.lang, {}, released.language)

    def submitted(self, student: str) -> Path:
        return self.folder.place("submitted", student, self.assignment)

    @property
    def foreign(self) -> tuple[str, ...]:
        return tuple(name for released in self.notebooks for name in released.foreign)


def plan_grading(
    folder: CourseFolder, assignment: str, course: Course, students: Collection[str], force: bool, lang: str | None
) -> Plan:
    """Inspect the submissions. UsageError for an unknown assignment or student, or a locked gradebook."""
    with folder.gradebook() as gradebook:
        names = folder.require_assignment(gradebook, assignment)
        release = folder.place("release", ".", assignment)
        notebooks = [load_released(release / f"{name}.ipynb", course) for name in names]
        if not any(one.exercises for one in notebooks):
            raise UsageError("nbgrader.nothing_ours", assignment=assignment)
        require_unlocked(gradebook)
        there = folder.students(assignment)
        absent = next((one for one in students if one not in there), None)
        if absent is not None:
            near = suggested(close(absent, there))
            raise UsageError("nbgrader.no_submission", student=absent, assignment=assignment, near=near)
        asked = [one for one in there if not students or one in students]
        ours = {one.name: {cell.grade_id for cell in one.cells if cell.kind == "ours"} for one in notebooks}
        kept = [one for one in asked if not force and _holds(folder, gradebook, assignment, one, ours)]
        left = [one for one in asked if one not in kept]
        for student in left:
            when = folder.timestamp(folder.place("submitted", student, assignment))
            record_submission(gradebook, assignment, student, when)
    return Plan(folder, assignment, course, notebooks, left, kept, lang)


def _holds(
    folder: CourseFolder, gradebook: Any, assignment: str, student: str, ours: Mapping[str, Collection[str]]
) -> bool:
    """Whether this attempt is already graded completely."""
    graded = folder.place("autograded", student, assignment)
    if not graded.is_dir():
        return False
    then, now = folder.timestamp(graded), folder.timestamp(folder.place("submitted", student, assignment))
    if now is not None and (then is None or now > then):
        return False
    found = [one for one in gradebook.student_submissions(student) if one.assignment.name == assignment]
    return bool(found) and is_settled(found[0], ours)


def grade_plan(plan: Plan, backend: Backend, jobs: int | None = None) -> Generator[Graded]:
    """Grade and write, student by student as results arrive; closing the iterator starts no more."""
    waiting = {student: _Waiting(student) for student in plan.students}
    penalty = penalty_of(plan.folder.app)
    with plan.folder.gradebook() as gradebook:
        for number, released in enumerate(plan.notebooks):
            last = number == len(plan.notebooks) - 1
            with closing(_reports(plan, released, backend, jobs)) as reports:
                for student, report in reports:
                    one = waiting[student]
                    one.add(plan, released, report)
                    if not last:
                        continue
                    submission = gradebook.find_submission(plan.assignment, student)
                    record_marks(submission, one.marks, penalty, gradebook.db.commit)
                    pages = {name: marks.notebook for name, marks in one.marks.items()}
                    write_graded(plan.folder, student, plan.assignment, pages)
                    yield Graded(student, one.reports, one.marks)


@dataclass
class _Waiting:
    """What is known of a student so far."""

    student: str
    reports: dict[str, Report] = field(default_factory=dict)
    marks: dict[str, Marks] = field(default_factory=dict)

    def add(self, plan: Plan, released: Released, report: Report | None) -> None:
        lang = plan.language(released)
        path = _notebook(plan.submitted(self.student), released, report)
        if path is None:
            self.marks[released.name] = nothing_handed_in(released, rebuilt(released, ()), lang)
            return
        if report is not None:
            self.reports[released.name] = report
        self.marks[released.name] = marked(released, rebuilt(released, read_handed(path)), report, lang)


def _reports(
    plan: Plan, released: Released, backend: Backend, jobs: int | None
) -> Generator[tuple[str, Report | None]]:
    """(student, report) of one notebook; None if there is nothing for deepgrade to grade."""
    found = []
    for student in plan.students:
        path = _handed_in(plan.submitted(student), released)
        if path is None or not released.exercises:
            yield student, None
        elif path.is_symlink():
            yield student, rejected(student, refusal("upload.not_a_file", name=path.name, kind="link"))
        else:
            found.append((student, path))
    if not found:
        return
    grader = Grader(plan.course, backend, units=(released.unit,), exercises=released.exercises)
    with closing(grader.grade_class(found, jobs=jobs, unit=released.unit)) as reports:
        for report in reports:
            yield report.student, report


def _handed_in(folder: Path, released: Released) -> Path | None:
    """The notebook of this name; else the folder, which may have it under another name; None if it is empty."""
    named = folder / f"{released.name}.ipynb"
    if named.is_symlink() or named.exists():
        return named
    return folder if released.exercises and holds_code(folder, 0) else None


def _notebook(folder: Path, released: Released, report: Report | None) -> Path | None:
    """The file shown to graders: the one with this name, else the one that was graded."""
    path = _handed_in(folder, released)
    if path != folder or report is None:
        return path
    return folder / next((name for name in report.files if name.endswith(".ipynb")), f"{released.name}.ipynb")
