"""A leased submission → its report: graded with the reference, or checked on the public cases; always in a sandbox."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from graders.api import Grader
from graders.courses.course import Course
from graders.grading.intake import import_readers
from graders.messages.errors import BrokenError, DeepgradeError, SandboxError, UsageError
from graders.messages.message import Message
from graders.practice.after_file import Opener
from graders.practice.file import check_file
from graders.practice.opened import HOMEWORK, keyring_for
from graders.reports.report import Report
from graders.sandbox.backends import backend_by_name
from graders.sandbox.pool import Pool
from graders.server.leftovers import clear, own_folder
from graders.server.store.leases import Leased
from graders.server.workers.port import Graded
from graders.submission.naming import on_disk

__all__ = ["Grading"]

ALWAYS = 1 << 40  # submissions are still expected: a sandbox is always ready


class Grading:
    """One grader and one warm sandbox per course. Refuses ``none``: what is graded here is other people's code."""

    def __init__(self, sandbox: str) -> None:
        if sandbox == "none":
            raise SandboxError("server.no_sandbox")
        self.sandbox = sandbox
        self._courses: dict[str, tuple[Grader, Pool]] = {}
        import_readers()
        clear("job")

    def open(self, root: str) -> Grader:
        """The grader of this course. SandboxError where the sandbox does not hold what it promises."""
        if root not in self._courses:
            pool = Pool(backend_by_name(self.sandbox, Path(root)), expect=ALWAYS)
            pool.prepare()
            try:
                pool.check()
                self._courses[root] = Grader(Course(Path(root)), pool), pool
            except BaseException:
                pool.close()
                raise
        return self._courses[root][0]

    def grade(self, job: Leased, known: Mapping[str, bytes]) -> Graded:
        """Its report; what fails on our side is a report, too (``broken``), after a second try.

        SandboxError where there is no sandbox. ``known``: the keys that its student has already.
        """
        text: object = ""
        for attempt in (1, 2):
            try:
                grader = self.open(job.root)
            except SandboxError:
                raise  # nothing is graded without one
            except DeepgradeError as error:
                text = error.message.to_dict()
                break
            try:
                return self._graded(grader, job, known)
            except DeepgradeError as error:
                text = error.message.to_dict()
            except Exception as error:
                text = f"{type(error).__name__}: {error} (attempt {attempt})"
        return Graded(Report(job.student, (), "broken", Message("broken", {"text": text})), {})

    def close(self) -> None:
        for _, pool in self._courses.values():
            with contextlib.suppress(SandboxError):
                pool.close()
        self._courses.clear()

    def _graded(self, grader: Grader, job: Leased, known: Mapping[str, bytes]) -> Graded:
        pool = self._courses[job.root][1]
        with own_folder("job") as folder:
            path = Path(folder, on_disk(job.file_name))
            path.write_bytes(job.content)
            if job.kind == "check":
                report = check_file(pool, path, job.exercise, unit=job.unit, course=Path(job.root), apart=True)
            else:
                report = grader.grade(path, student=job.student, unit=job.unit, nonce=job.nonce)
            return Graded(report, _opened(job, report, pool, path, known))


def _opened(job: Leased, report: Report, pool: Pool, path: Path, known: Mapping[str, bytes]) -> dict[str, bytes]:
    """The keys of exercises that pass and were not open, as a check in a homework folder finds them."""
    passed = {one.name for one in report.exercises if one.verdict == "pass" and one.unit == job.unit}
    if passed <= known.keys():
        return {}
    (path.parent / HOMEWORK).write_text(json.dumps({}), encoding="utf-8")  # keys are kept here, not with the user's
    keyring = keyring_for(path)
    keyring.add(job.unit, known)
    with contextlib.suppress(UsageError, BrokenError, SandboxError):  # it has its result all the same
        Opener(pool, path, job.unit, Path(job.root), apart=True)(report)
    return {name: key for name, key in keyring.of(job.unit).items() if name not in known}
