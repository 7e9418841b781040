"""One guest process seen from outside: the batch goes in, bounded bytes come out, a deadline ends it.

Answers are not parsed here, except for the fixed-size head of each chunk, to know whose bytes they are and when the
guest is ready for more. Threads, not select: the same code runs on Windows.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from graders.messages.errors import SandboxError
from graders.sandbox.contract import Batch, Ending, Job, Runs
from graders.sandbox.guest.frames import (
    ANSWER,
    BEGIN,
    CHUNK,
    END,
    FINISHED,
    HIDDEN,
    PUBLIC,
    READY,
    STDERR,
    STDOUT,
    WANT_HIDDEN,
    frame,
)
from graders.sandbox.guest.phase import write_all
from graders.sandbox.patience import TICK_S, Watch

__all__ = ["CROWDED", "Heard", "Session", "Transcript"]

START_S = 60.0  # torch from a cold disk
SLACK_S = 2.0  # the guest itself enforces each exercise's deadline; outside waits this much longer
CROWDED = 4  # times a batch's budget, including waiting for processors and process overhead
ANSWER_TOTAL = 256 << 20  # bytes kept of all answers of a batch
MAX_CHUNKS = 200_000
LARGEST_CHUNK = 1 << 30


@dataclass
class Heard:
    """What one phase of one job sent, unparsed."""

    answers: bytearray = field(default_factory=bytearray)
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    end: bytes | None = None


@dataclass
class Transcript:
    """What a guest sent; ``ending``: done, time (we lost patience), output (too many bytes), lost (it died)."""

    heard: dict[tuple[int, int], Heard] = field(default_factory=dict)
    current: tuple[int, int] | None = None  # the phase that was running when it ended
    ending: Ending = "lost"
    wall_s: float = 0.0
    last_words: str = ""


class Session:
    """A started guest; ``end`` makes sure that it and everything it started is dead."""

    def __init__(self, process: subprocess.Popen[bytes], end: Callable[[], None], slack_s: float = SLACK_S) -> None:
        self.process, self.end, self.slack_s = process, end, slack_s
        self._pieces: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._buffer = bytearray()
        self._writers: list[threading.Thread] = []
        self._watch, self._deadline = Watch(), 0.0
        self.ready: dict[str, Any] = {}  # what the guest reports about itself once its imports are done
        self._reader = threading.Thread(target=self._read, name="deepgrade guest", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        piece = b"."
        while piece:
            piece = os.read(self.process.stdout.fileno(), 1 << 18)
            self._pieces.put(piece)

    def close(self) -> None:
        """End the guest and close its pipes; may be called more than once."""
        self.end()
        for writer in self._writers:  # nobody reads from them now, so they end
            writer.join()
        while self._reader.is_alive():  # it may be blocked on a full queue
            with contextlib.suppress(queue.Empty):
                self._pieces.get(timeout=0.01)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def wait_ready(self, timeout_s: float = START_S) -> None:
        """Raise ``SandboxError`` with what the guest said, if it did not get as far as its batch."""
        self._deadline = self._watch.look() + timeout_s
        for kind, _, _, body in self._chunks():
            if kind == READY:  # no student's code has run in it yet
                self.ready = json.loads(body)
                return
            break
        self.end()
        said, status = self.last_words().rstrip("."), self.process.poll()
        self.close()
        if said:
            raise SandboxError("sandbox.not_started", reason=said)
        raise SandboxError("sandbox.ended", status=status)

    def last_words(self) -> str:
        """The last line that a dead guest wrote to stderr, which no student's code can reach."""
        assert self.process.stderr is not None
        said = os.read(self.process.stderr.fileno(), 1 << 16).decode("utf-8", "replace").strip().splitlines()
        return said[-1][:500] if said else ""

    def converse(self, batch: Batch) -> Transcript:
        """Send the batch, keep what comes back, end the guest."""
        started = time.monotonic()
        transcript = Transcript()
        try:
            self._send(_head(batch), batch.jobs, "public")
            self._listen(batch, transcript, self._watch.look() + self._patience(batch))
        finally:
            self.end()
        transcript.wall_s = time.monotonic() - started
        transcript.last_words = self.last_words() if transcript.ending == "lost" else ""
        return transcript

    def _listen(self, batch: Batch, transcript: Transcript, deadline: float) -> None:
        self._deadline = deadline
        kept, chunks = 0, 0
        for kind, phase, job, body in self._chunks():
            kept, chunks = kept + len(body), chunks + 1
            known = phase in (PUBLIC, HIDDEN) and job < len(batch.jobs)
            if not known or chunks > MAX_CHUNKS or kept > ANSWER_TOTAL:
                transcript.ending = "output" if known else "lost"
                return
            if kind == BEGIN:
                transcript.current = (job, phase)
                self._deadline = min(deadline, self._watch.look() + self._longest_s(batch.jobs[job]) + self.slack_s)
                if batch.begun is not None and phase == PUBLIC:
                    batch.begun(batch.jobs[job])
            elif kind == WANT_HIDDEN:
                self._send(b"", batch.jobs, "hidden")
            elif kind == FINISHED:
                transcript.ending = "done"
                return
            else:
                heard = transcript.heard.setdefault((job, phase), Heard())
                _keep(heard, kind, body)
                if kind == END:
                    transcript.current, self._deadline = None, deadline
        transcript.ending = "time" if self._watch.look() >= self._deadline else "lost"

    def _longest_s(self, job: Job) -> float:
        """How long the guest may give a phase of this job, whatever else this machine does."""
        return job.limits.wall_s * int(self.ready.get("stretch", 1))

    def _patience(self, batch: Batch) -> float:
        each = sum((1 + bool(job.hidden)) * (self._longest_s(job) + SLACK_S) for job in batch.jobs)
        return min(each, math.inf if batch.budget_s is None else CROWDED * batch.budget_s) + 10.0

    def _send(self, head: bytes, jobs: tuple[Job, ...], which: str) -> None:
        """In a separate thread: a guest that does not read must not block us."""
        data = head + b"".join(_run_frames(job, getattr(job, which)) for job in jobs)
        self._writers.append(threading.Thread(target=self._write, args=(data,), name="deepgrade batch", daemon=True))
        self._writers[-1].start()

    def hang_up(self) -> None:
        """Close the guest's input, its signal to end; not while one of our threads is still writing to it."""
        if self.process.stdin is not None and not any(writer.is_alive() for writer in self._writers):
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def _write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            write_all(self.process.stdin.fileno(), data)

    def _chunks(self) -> Iterator[tuple[int, int, int, bytes]]:
        """Chunks until the stream ends, is malformed, or the deadline passes."""
        while True:
            while len(self._buffer) >= CHUNK.size:
                kind, phase, job, size = CHUNK.unpack_from(self._buffer)
                if size > LARGEST_CHUNK:
                    return
                if len(self._buffer) < CHUNK.size + size:
                    break
                body = bytes(self._buffer[CHUNK.size : CHUNK.size + size])
                del self._buffer[: CHUNK.size + size]
                yield kind, phase, job, body
            piece = self._next_piece()
            if not piece or len(self._buffer) > ANSWER_TOTAL:
                return
            self._buffer += piece

    def _next_piece(self) -> bytes:
        """The next bytes; empty if the stream has ended, or the deadline passed while we were able to listen."""
        while True:
            left_s = self._deadline - self._watch.look()
            late = self._watch.late  # then the reading thread was delayed as well
            try:
                return self._pieces.get(timeout=TICK_S if late else min(TICK_S, max(0.0, left_s)))
            except queue.Empty:
                if left_s <= 0 and not late:
                    return b""


def _keep(heard: Heard, kind: int, body: bytes) -> None:
    if kind == ANSWER:
        heard.answers += body
    elif kind == STDOUT:
        heard.stdout += body
    elif kind == STDERR:
        heard.stderr += body
    elif kind == END and heard.end is None:
        heard.end = body


def _head(batch: Batch) -> bytes:
    jobs = [
        {
            "unit": job.unit,
            "exercise": job.exercise,
            "public": len(job.public),
            "hidden": len(job.hidden),
            "limits": asdict(job.limits),
            "walled": job.walled,
        }
        for job in batch.jobs
    ]
    head = {"sources": dict(batch.sources), "specs": dict(batch.specs), "jobs": jobs, "device": batch.device}
    return frame(head | {"budget_s": batch.budget_s, "compatibility": dict(batch.compatibility)})


def _run_frames(job: Job, runs: Runs) -> bytes:
    from graders.probe.values import encode

    parts = []
    for key, inputs in runs:
        tree, arrays = encode(dict(inputs))
        strange = _unsupported(tree)
        if strange:
            raise SandboxError("sandbox.input", case=key, unit=job.unit, symbol=job.exercise, strange=strange)
        parts.append(frame({"key": key, "tree": tree}, arrays))
    return b"".join(parts)


def _unsupported(node: object) -> str:
    """The first ``["x", …]`` node of a tree, in words, or ""."""
    if not isinstance(node, list) or not node or node[0] == "s":
        return ""
    if node[0] == "x":
        return f"{node[1]} {node[2]}".strip()
    return next((found for item in node if (found := _unsupported(item))), "")
