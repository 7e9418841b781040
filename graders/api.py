"""Grade from a program; the command line uses nothing else to grade. docs/api.md shows how."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

from graders.courses.course import Course
from graders.grading.batch import grade_class, with_absent
from graders.grading.grader import grade_submission
from graders.grading.oracle import Answers
from graders.grading.secret import Secret, load_secret
from graders.grading.setup import Setup
from graders.messages.errors import BrokenError, DeepgradeError
from graders.reports.report import Report
from graders.sandbox.backends import backend_by_name
from graders.sandbox.contract import Backend
from graders.sandbox.pool import Pool
from graders.submission import Handed

__all__ = ["Grader"]

Found = Sequence[tuple[str, Path]]


class Grader:
    """Grades submissions against a course's reference, each in its own sandbox.

    ``backend`` is a name as ``--sandbox`` takes it, or a backend object, which its owner closes. Without a ``secret``,
    the one in ``DEEPGRADE_SECRET_FILE`` makes the hidden inputs. ``units`` and ``exercises`` (``unit.symbol``) select
    what is graded; empty means everything. ``answers`` takes those of another grader of the same course, so that the
    references run only once.

    Threads may share a grader. Call ``close`` (or leave the ``with`` block) when all of them are done.
    Every failure raises a ``DeepgradeError``.
    """

    def __init__(
        self,
        course: Course,
        backend: str | Backend = "auto",
        *,
        secret: Secret | None = None,
        units: Iterable[str] = (),
        exercises: Iterable[str] = (),
        device: str = "cpu",
        answers: Answers | None = None,
    ) -> None:
        course.require_reference()
        chosen, symbols = tuple(units), tuple(exercises)
        for unit in chosen:
            course.spec(unit)
        for unit, _, symbol in (one.partition(".") for one in symbols):
            course.spec(unit).exercise(symbol)
        secret = secret or load_secret()
        self._owned = _pool(backend, course.root) if isinstance(backend, str) else None
        runs = self._owned or backend
        assert not isinstance(runs, str)
        self.setup = Setup(course, runs, secret, answers or Answers(course), chosen, device, symbols)

    @property
    def course(self) -> Course:
        return self.setup.course

    def grade(
        self,
        path: str | os.PathLike[str],
        *,
        student: str | None = None,
        unit: str | None = None,
        nonce: str | None = None,
    ) -> Report:
        """Grade one student's file, notebook, zip or folder.

        A submission that cannot be read also gives a report (``rejected``). ``unit`` is the unit of a file whose
        name names none; ``nonce``, taken from an old report's ``run``, asks about the same hidden inputs again.
        """
        try:
            return grade_submission(self.setup, Path(path), student=student, unit=unit, nonce=nonce)
        except DeepgradeError:
            raise
        except Exception as error:
            raise BrokenError("broken.raised", kind=type(error).__name__, text=str(error)) from error

    def grade_class(
        self,
        found: Iterable[tuple[str, Path] | str | os.PathLike[str]],
        *,
        jobs: int | None = None,
        out: Path | None = None,
        resume: bool = False,
        unit: str | None = None,
        handed: Mapping[str, Handed] = MappingProxyType({}),
        stopping: Callable[[], None] = lambda: None,
        suspecting: Callable[[Sequence[str]], None] = lambda names: None,
        alone: Callable[[str, Path], Report] | None = None,
    ) -> Generator[Report]:
        """A report for each path or (student, path), as it finishes; one bad submission never stops the others.

        At most ``jobs`` run at a time (default: one per core). Closing the iterator starts no more and waits for those
        that are running. With ``out``, every report is on disk before it is yielded; ``resume`` keeps the reports there
        that still hold. See ``graders.grading.batch.grade_class`` for the rest. ``totalled`` makes the class totals.
        """
        pairs = [one if isinstance(one, tuple) else (Path(one).stem, Path(one)) for one in found]
        jobs = max(1, min(jobs or _cores(), len(pairs)))
        if isinstance(self.setup.backend, Pool):
            self.setup.backend.expect(len(pairs), ahead=jobs)
        return grade_class(
            self.setup,
            pairs,
            jobs=jobs,
            out=out,
            resume=resume,
            unit=unit,
            handed=handed,
            stopping=stopping,
            suspecting=suspecting,
            alone=alone,
        )

    def totalled(
        self, reports: Iterable[Report], *, absent: Iterable[Handed] = (), out: Path | None = None
    ) -> list[Report]:
        """The reports of a class with totals over the same units, plus a report for each ``absent`` student."""
        return with_absent(self.setup, list(reports), absent, out)

    def close(self) -> None:
        """Discard the idle sandboxes."""
        if self._owned is not None:
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pool(name: str, root: Path) -> Pool:
    """Sandboxes of this backend, the first already starting; refuses if a promised limit is missing."""
    pool = Pool(backend_by_name(name, root))
    pool.prepare()
    try:
        pool.check()
    except BaseException:
        pool.close()
        raise
    return pool


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
