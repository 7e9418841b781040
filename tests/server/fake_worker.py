"""A worker whose grading does what the submission's text says: ``sleep 0.2``, ``die``, ``raise``, ``refuse``."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping

from graders.messages.errors import SandboxError
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.server.store.leases import Leased
from graders.server.workers.port import Graded
from graders.server.workers.worker import main


class Fake:
    def __init__(self, sandbox: str) -> None:
        if sandbox == "none":
            raise SandboxError("server.no_sandbox")

    def open(self, root: str) -> None: ...

    def warm(self) -> bool:
        return False

    def close(self) -> None: ...

    def grade(self, job: Leased, known: Mapping[str, bytes]) -> Graded:
        what, _, how_long = job.content.decode().splitlines()[0].partition(" ")
        if what == "sleep":
            time.sleep(float(how_long))
        elif what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "raise":
            raise RuntimeError("an error of ours")
        check = CheckReport("forward", "correct", "pass", 3.0, 3, message=Message("verdict.pass"))
        report = Report(job.student, (ExerciseReport(job.unit, "Affine", "pass", (check,)),), "pass")
        return Graded(report, {"Affine": b"k" * 32})


if __name__ == "__main__":
    sys.exit(main(Fake))
