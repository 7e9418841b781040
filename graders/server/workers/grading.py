"""A leased submission → its report: graded with the reference, or checked on the public cases; always in a sandbox."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from graders.api import Grader
from graders.courses.course import Course
from graders.grading.intake import import_readers
from graders.messages.errors import DeepgradeError, SandboxError
from graders.messages.message import Message
from graders.practice.after_file import Opener
from graders.practice.file import check_file
from graders.practice.opened import HOMEWORK, keyring_for
from graders.practice.unit import Practice
from graders.reports.report import Report
from graders.sandbox.backends import backend_by_name
from graders.sandbox.pool import Pool
from graders.server.leftovers import clear, own_folder
from graders.server.store.leases import Leased
from graders.server.workers.opening import AlsoSealed, Keys
from graders.server.workers.port import Graded
from graders.submission.naming import on_disk

__all__ = ["Grading"]

LOG = logging.getLogger("deepgrade.workers")
ALWAYS = 1 << 40  # submissions are still expected: a sandbox is always ready


@dataclass
class _Open:
    """A course that is graded with, and what is kept of it from one submission to the next."""

    grader: Grader
    pool: Pool
    keys: Keys
    cold: Iterator[None]
    practices: dict[str, Practice] = field(default_factory=dict)

    def practice(self, path: Path, unit: str, root: Path | None) -> Practice:
        if unit not in self.practices:
            self.practices[unit] = Practice.find(path, unit, root)
        return self.practices[unit]


class Grading:
    """One grader and one warm sandbox per course. Refuses ``none``: what is graded here is other people's code."""

    def __init__(self, sandbox: str) -> None:
        if sandbox == "none":
            raise SandboxError("server.no_sandbox")
        self.sandbox = sandbox
        self._courses: dict[str, _Open] = {}
        import_readers()
        clear("job")

    def open(self, root: str) -> Grader:
        """The grader of this course. SandboxError where the sandbox does not hold what it promises."""
        if root not in self._courses:
            pool = Pool(backend_by_name(self.sandbox, Path(root)), expect=ALWAYS)
            pool.prepare()
            try:
                pool.check()
                grader = Grader(Course(Path(root)), pool)
                keys = Keys(grader.course, grader.setup.answers)
                self._courses[root] = _Open(grader, pool, keys, _warmed(grader, keys))
            except BaseException:
                pool.close()
                raise
        return self._courses[root].grader

    def warm(self) -> bool:
        """Answer one more exercise's public cases with the reference ahead of who hands it in; False: all is done."""
        for one in self._courses.values():
            with contextlib.suppress(Exception):  # whatever it is, it is told to who hands it in
                next(one.cold)
                return True
        return False

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
        for one in self._courses.values():
            with contextlib.suppress(SandboxError):
                one.pool.close()
        self._courses.clear()

    def _graded(self, grader: Grader, job: Leased, known: Mapping[str, bytes]) -> Graded:
        one = self._courses[job.root]
        known = one.keys.fitting(job.unit, known)
        with own_folder("job") as folder:
            path = Path(folder, on_disk(job.file_name))
            path.write_bytes(job.content)
            if job.kind == "check":
                return _checked(one, job, path, known)
            report = grader.grade(path, student=job.student, unit=job.unit, nonce=job.nonce)
        return Graded(report, _kept(partial(_of_reference, one, job, report, known)))


def _kept(found: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    """The keys; whatever goes wrong with them, the submission has its result all the same."""
    try:
        return found()
    except Exception:
        LOG.exception("no keys were found")
        return {}


def _of_reference(one: _Open, job: Leased, report: Report, known: Mapping[str, bytes]) -> dict[str, bytes]:
    found = {name: one.keys.of_reference(job.unit, name) for name in _new(job, report, known)}
    return {name: key for name, key in found.items() if key is not None}


def _checked(one: _Open, job: Leased, path: Path, known: Mapping[str, bytes]) -> Graded:
    """On the public cases, and the keys that its answers open, made out in the same sandbox."""
    backend, root = AlsoSealed(one.pool, one.keys, job.unit, known), Path(job.root)
    report = check_file(backend, path, job.exercise, unit=job.unit, course=root, apart=True, find=one.practice)
    return Graded(report, _kept(partial(_of_answers, one, job, report, path, known, backend)))


def _of_answers(
    one: _Open, job: Leased, report: Report, path: Path, known: Mapping[str, bytes], backend: AlsoSealed
) -> dict[str, bytes]:
    lock, found, left = one.keys.lock(job.unit), dict[str, bytes](), False
    for name in _new(job, report, known) & backend.caught.keys():
        key = one.keys.of_traces(job.unit, name, backend.caught[name])
        if key is not None:
            found[name] = key
        elif lock is not None and lock.seals[name].relabelled:
            left = True
    return {**found, **_relabelled(one, job, report, path, {**known, **found})} if left else found


def _new(job: Leased, report: Report, known: Mapping[str, bytes]) -> set[str]:
    """The exercises that pass and were not open."""
    passed = {one.name for one in report.exercises if one.verdict == "pass" and one.unit == job.unit}
    return passed - known.keys()


def _relabelled(one: _Open, job: Leased, report: Report, path: Path, known: Mapping[str, bytes]) -> dict[str, bytes]:
    """The keys of exercises whose weights are packed in another right order, as a check in a homework folder does."""
    (path.parent / HOMEWORK).write_text(json.dumps({}), encoding="utf-8")  # keys are kept here, not with the user's
    keyring = keyring_for(path)
    keyring.add(job.unit, known)
    Opener(one.pool, path, job.unit, Path(job.root), apart=True)(report)
    return {name: key for name, key in keyring.of(job.unit).items() if name not in known}


def _warmed(grader: Grader, keys: Keys) -> Iterator[None]:
    """Exercise by exercise; units that need a library besides NumPy wait until somebody hands one in."""
    course = grader.course
    for unit in course.units:
        with contextlib.suppress(Exception):
            spec = course.spec(unit)
            for symbol in () if spec.about.needs else spec.exercises:
                grader.setup.answers.public(unit, symbol)
                keys.of_reference(unit, symbol)
                yield
