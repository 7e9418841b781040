"""No sandbox: the guest as a plain process with a time limit, for your own code.

It must work everywhere (Windows, macOS, Colab). Without a dependable fork, the exercises run one after another
in the guest itself, and a guest that hangs is killed and restarted with the remaining exercises.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from graders.messages.errors import SandboxError
from graders.sandbox.contract import Batch, Outcome, Result
from graders.sandbox.outcome import build_record, read_outcomes, stuck_import
from graders.sandbox.session import Session, Transcript

__all__ = ["Local"]

GUEST = Path(__file__).parent / "guest" / "start.py"
UNKEPT = ("network", "files", "environment", "privileges", "neighbours", "supervisor", "pids")
PATIENCE_S = 1.0  # for a guest to exit after its input has ended


class Local:
    """The ``none`` backend: it limits time and printed output, and protects from nothing."""

    name = "none"
    required: tuple[str, ...] = ("wall", "output")
    best_effort: tuple[str, ...] = ("memory",)

    def __init__(self, *, fork: bool = sys.platform == "linux") -> None:
        self.fork = fork

    def open(self, needs: tuple[str, ...] = ()) -> LocalSandbox:
        """A guest in this very Python, imports done."""
        return LocalSandbox(self, needs)

    def check(self) -> None:
        """Nothing is promised, so nothing can be missing."""


class LocalSandbox:
    """One guest at a time; a second one only if exercises share the guest and one of them ended it."""

    def __init__(self, backend: Local, needs: tuple[str, ...]) -> None:
        self.backend, self.needs = backend, needs
        self._used, self._start_s = False, 0.0
        self._session: Session | None = self._start()

    def _start(self) -> Session:
        options = {"root": str(GUEST.parents[3]), "site": "", "uid": 0, "alone": False, "others": 0}
        fork = self.backend.fork
        options |= {"needs": list(self.needs), "fork": fork}
        process = subprocess.Popen(
            [sys.executable, "-P", str(GUEST), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        session = Session(process, lambda: _end(session, PATIENCE_S if fork else 0.0), *(() if fork else (0.1,)))
        began = time.monotonic()
        session.wait_ready()
        self._start_s += time.monotonic() - began
        return session

    def run(self, batch: Batch) -> Result:
        if self._used:
            raise SandboxError("sandbox.used")
        self._used = True
        outcomes: list[Outcome] = []
        wall_s, transcript = 0.0, Transcript(ending="done")
        for piece in self._pieces(batch):
            while piece.jobs:
                stuck = stuck_import(piece.jobs[0], batch.jobs, outcomes)
                if stuck is not None:
                    outcomes.append(stuck)
                    piece = replace(piece, jobs=piece.jobs[1:])
                    continue
                transcript = self._converse(piece)
                read = read_outcomes(piece, transcript)
                wall_s += transcript.wall_s
                done = len(read)
                if not self.backend.fork and transcript.current is not None:
                    done = transcript.current[0] + 1  # that exercise ended the guest; the later ones have not run
                outcomes += read[:done]
                piece = replace(piece, jobs=piece.jobs[done:])
        record = build_record(self.backend, batch, outcomes, UNKEPT, self._start_s, wall_s)
        record |= {"exit": transcript.ending, "said": transcript.last_words}
        return Result(tuple(outcomes), record)

    def _pieces(self, batch: Batch) -> list[Batch]:
        """What may share a guest: everything with fork; otherwise a batch with nothing to run after public runs."""
        if self.backend.fork or not any(job.hidden for job in batch.jobs):
            return [batch]
        return [replace(batch, jobs=(job,)) for job in batch.jobs]

    def _converse(self, batch: Batch) -> Transcript:
        session, self._session = self._session, None
        if session is not None and session.process.poll() is not None:  # it may have waited long and been killed
            session.close()
            session = None
        session = session or self._start()
        try:
            return session.converse(batch)
        finally:
            session.close()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _end(session: Session, patience_s: float) -> None:
    """The end of its input tells the guest to kill what it started; then it is killed itself, if still running."""
    session.hang_up()
    with contextlib.suppress(subprocess.TimeoutExpired):
        session.process.wait(patience_s)
    session.process.kill()
    session.process.wait()
