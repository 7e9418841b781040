"""``nbgrader autograde`` without a kernel: the reader, and the step that grades.

nbgrader converts every submission twice, first to a clean notebook, then to a graded one. Its own reader fails on an
invalid notebook, so the clean one is built here from the released one, and a damaged file affects only its student.
nbgrader grades assignments without our exercises as before.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Unicode

from graders.api import Grader
from graders.courses.course import Course
from graders.feedback.messages import language, render_message, say
from graders.grading.grader import rejected
from graders.host.trust import course_to_grade
from graders.messages.errors import DeepgradeError
from graders.nbgrader.marks import marked
from graders.nbgrader.rebuilt import read_handed, rebuilt
from graders.nbgrader.record import opened_gradebook, record_marks
from graders.nbgrader.released import Released, load_released
from graders.reports.report import Report
from graders.submission.refusal import refusal

__all__ = ["GradeInSandbox", "SandboxExporter"]


class SandboxExporter(NotebookExporter):
    """Reads submissions for ``Autograde``, and holds the grader for its run."""

    course = Unicode("", help="The folder of the deepgrade course with its reference").tag(config=True)
    lang = Enum(["", "ko", "en"], "", help="Language of the feedback; that of the notebook if empty").tag(config=True)
    sandbox = Unicode("auto", help="As deepgrade grade --sandbox").tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[tuple[str, str], Released] = {}
        self._grader: Grader | None = None
        try:
            self._begin()
        except DeepgradeError as error:
            said = render_message(error.message, language(self.lang or None, os.environ))
            self.log.error("deepgrade: %s", said)
            raise NbGraderException(said) from None  # nbgrader ends on this, without a traceback

    @property
    def converter(self) -> Any:
        """nbgrader's ``Autograde``, which made this exporter for its run."""
        return self.parent

    def _begin(self) -> None:
        """Open the course, and a grader if there is work for it, before the first submission."""
        self.deepgrade = Course(course_to_grade(Path(), Path(self.course) if self.course else None))
        folder = self.converter.coursedir
        self._release = Path(os.path.normpath(folder.format_path(folder.release_directory, ".", "{assignment}")))
        names = [path.stem for path in sorted(self._released_at(folder.assignment_id).glob("*.ipynb"))]
        if any(self.released(folder.assignment_id, name).exercises for name in names):
            self._grader = Grader(self.deepgrade, self.sandbox)
            weakref.finalize(self, self._grader.close)

    def _released_at(self, assignment: str) -> Path:
        return Path(str(self._release).replace("{assignment}", assignment))

    def released(self, assignment: str, notebook: str) -> Released:
        """A notebook as released; read once per run."""
        key = (assignment, notebook)
        if key not in self._found:
            self._found[key] = load_released(self._released_at(assignment) / f"{notebook}.ipynb", self.deepgrade)
        return self._found[key]

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        asked, first = resources["nbgrader"], self.converter._sanitizing
        released = self.released(asked["assignment"], asked["notebook"])
        if not released.exercises:
            self._preprocessors = []
            for step in (Autograde.sanitize_preprocessors if first else Autograde.autograde_preprocessors).default():
                self.register_preprocessor(step)
        if not first or not released.exercises:
            read: tuple[Any, Any] = super().from_filename(filename, resources, **kw)
            return read
        clean = rebuilt(released, read_handed(Path(filename)))
        made: tuple[Any, Any] = self.from_notebook_node(nbformat.from_dict(clean.notebook), resources, **kw)
        return made

    def report(self, path: Path, student: str, released: Released) -> Report:
        """The report of one notebook; an internal failure is ``broken``."""
        if path.is_symlink():
            return rejected(student, refusal("upload.not_a_file", name=path.name, kind="link"))
        assert self._grader is not None
        setup = self._grader.setup
        grader = Grader(
            self.deepgrade,
            setup.backend,
            secret=setup.secret,
            units=(released.unit,),
            exercises=released.exercises,
            answers=setup.answers,
        )
        return next(grader.grade_class([(student, path)], jobs=1, unit=released.unit))


class GradeInSandbox(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades the submitted notebook, puts our page below each check, and writes marks and comments."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        exporter, asked = self.parent, resources["nbgrader"]
        if not isinstance(exporter, SandboxExporter):
            raise NbGraderException(say("nbgrader.exporter_absent", language(None, os.environ)))
        student, released = asked["student"], exporter.released(asked["assignment"], asked["notebook"])
        folder = exporter.converter.coursedir
        place = Path(folder.format_path(folder.submitted_directory, student, asked["assignment"]))
        path = place / f"{asked['notebook']}.ipynb"
        report = exporter.report(path, student, released)
        lang = language(exporter.lang or None, os.environ, released.language)
        marks = marked(released, rebuilt(released, read_handed(path)), report, lang)
        with opened_gradebook(asked["db_url"], folder.course_id) as gradebook:
            submission = gradebook.find_submission(asked["assignment"], student)
            record_marks(submission, {released.name: marks}, None, gradebook.db.commit)
        if marks.ungraded:
            names = ", ".join(marks.ungraded)
            self.log.warning(say("nbgrader.needs_a_person", lang, student=student, names=names))
        return nbformat.from_dict(marks.notebook), resources
