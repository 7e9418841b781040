"""Grades one submission in its own grader, after a grader was killed: this shows which submission kills it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graders.api import Grader
    from graders.reports.report import Report

__all__ = ["grade_alone"]


def grade_alone(grader: Grader, out: Path, unit: str | None, student: str, path: Path) -> Report:
    """The report that its grader wrote; ``broken`` if that process was killed or gave up."""
    from graders.grading.report_store import load_report, report_path
    from graders.messages.message import Message
    from graders.reports.report import Report

    setup = grader.setup
    job = {
        "course": str(setup.course.root),
        "backend": setup.backend.name,
        "units": setup.units,
        "exercises": setup.exercises,
        "device": setup.device,
        "student": student,
        "path": os.fsdecode(path),
        "out": os.fsdecode(out),
        "unit": unit,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "graders.commands.alone", json.dumps(job)],
        stdin=subprocess.PIPE,  # its end tells that process that the grader is gone
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the grader
    )
    with process:
        status = process.wait()
    if status == 0:
        return load_report(report_path(out, student))
    killed = Message("grade.killed", {"name": student}).to_dict()
    text = killed if status < 0 else f"The grader of {student} alone ended with status {status}."
    broken = Message("broken", {"text": text})
    return Report(student, (), "broken", broken, course_version=setup.course.version)


def main() -> None:
    """The process's entry point; it watches for the end of stdin before anything slow."""
    threading.Thread(target=_end_with_the_grader, daemon=True).start()
    from graders.api import Grader
    from graders.commands.options import pool_of
    from graders.courses.course import Course
    from graders.grading.batch import grade_one

    job = json.loads(sys.argv[1])
    root = Path(job["course"])
    with pool_of(job["backend"], root) as pool:
        grader = Grader(Course(root), pool, units=job["units"], exercises=job["exercises"], device=job["device"])
        grade_one(grader.setup, job["student"], Path(job["path"]), Path(job["out"]), job["unit"])


def _end_with_the_grader() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
