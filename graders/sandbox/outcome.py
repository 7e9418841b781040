"""Turns what a dead guest sent into one outcome per job: how each ended, in the contract's terms."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from graders.messages.errors import WireError
from graders.messages.message import Message
from graders.probe import Crash, Trace
from graders.reports.record import RunRecord
from graders.sandbox.contract import Backend, Batch, Ending, Job, Limits, Outcome
from graders.sandbox.guest.frames import HIDDEN, PUBLIC
from graders.sandbox.session import Heard, Transcript
from graders.sandbox.wire import read_traces

__all__ = ["KILLED", "build_record", "read_outcomes", "stuck_import"]

OUT_OF_MEMORY = ("MemoryError", "_ArrayMemoryError")
MOST = 1e6  # seconds or megabytes: a larger value is not a measurement
KILLED = Message("ending.detail_signal", {"signal": "SIGKILL"})
NEAR_LIMIT = 0.8  # of memory_mb: a native crash with this much in use counts as a refused allocation


def build_record(
    backend: Backend, batch: Batch, outcomes: Sequence[Outcome], missing: Sequence[str], start_s: float, wall_s: float
) -> RunRecord:
    """What every backend records about a run."""
    given = [asdict(job.limits) for job in batch.jobs]
    limits = {name: max((one[name] or 0 for one in given), default=0) or None for name in asdict(Limits())}
    return {
        "backend": backend.name,
        "start_s": round(start_s, 4),
        "wall_s": round(wall_s, 4),
        "max_rss_mb": round(max((outcome.max_rss_mb for outcome in outcomes), default=0.0), 1),
        "limits": limits,
        "required": list(backend.required),
        "missing": list(missing),
    }


def read_outcomes(batch: Batch, transcript: Transcript) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for position, job in enumerate(batch.jobs):
        outcome = _outcome(job, position, transcript)
        if outcome.ending == "lost" and transcript.ending != "lost" and (position, PUBLIC) not in transcript.heard:
            outcome = stuck_import(job, batch.jobs, outcomes) or outcome
        outcomes.append(outcome)
    return tuple(outcomes)


def stuck_import(job: Job, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> Outcome | None:
    """How a job ends without running: an earlier one never finished importing the same unit, with the same limits.

    No run of the earlier one began, and a guest that died is told apart from it, so nobody can gain by this.
    """
    for other, outcome in zip(jobs, outcomes, strict=False):
        ended = outcome.ending not in ("done", "lost", "rejected", "budget")
        if ended and other.public and not outcome.traces and (other.unit, other.limits) == (job.unit, job.limits):
            return replace(outcome, wall_s=0.0, used_s=0.0)
    return None


def _outcome(job: Job, position: int, transcript: Transcript) -> Outcome:
    public = _Phase(job, PUBLIC, transcript.heard.get((position, PUBLIC)), _how_outside(transcript, (position, PUBLIC)))
    hidden = _Phase(job, HIDDEN, transcript.heard.get((position, HIDDEN)), _how_outside(transcript, (position, HIDDEN)))
    ending, detail = public.ending, public.detail
    if ending == "done" and job.hidden:
        ending, detail = hidden.ending, Message("ending.detail_hidden") if hidden.ending != "done" else ""
    return Outcome(
        traces=public.traces,
        hidden=hidden.traces,
        ending=ending,
        detail=detail,
        stdout=_shown(public.heard.stdout, job),
        stderr=_shown(public.heard.stderr, job),
        wall_s=public.wall_s + hidden.wall_s,
        used_s=public.used_s + hidden.used_s,
        max_rss_mb=max(public.max_rss_mb, hidden.max_rss_mb),
        unfinished=(*public.unfinished, *(f"hidden:{key}" for key in hidden.unfinished)),
        outside=_is_outside(transcript, position) or public.killed or hidden.killed,
    )


def _is_outside(transcript: Transcript, position: int) -> bool:
    """Whether the guest died, or we stopped it, during this job."""
    return transcript.ending in ("time", "lost") and transcript.current in ((position, PUBLIC), (position, HIDDEN))


def _how_outside(transcript: Transcript, phase: tuple[int, int]) -> Ending:
    """How a phase without an end of its own ended: it was running when the guest was stopped, or it never began."""
    if transcript.current != phase:
        return "lost"
    return "crash" if transcript.ending == "lost" else transcript.ending


def _shown(text: bytearray, job: Job) -> str:
    return bytes(text[: job.limits.output_kb << 10]).decode("utf-8", "replace")


class _Phase:
    """One phase of one job, read."""

    def __init__(self, job: Job, phase: int, heard: Heard | None, otherwise: Ending) -> None:
        self.job, self.heard = job, heard or Heard()
        self.traces: dict[str, Trace] = {}
        self.unfinished: tuple[str, ...] = ()
        self.wall_s = self.used_s = self.max_rss_mb = 0.0
        self.ending: Ending = otherwise
        self.detail: Message | str = ""
        self.killed = False  # by SIGKILL, which anything may have sent: the code itself, the kernel, an operator
        runs = job.hidden if phase == HIDDEN else job.public
        if heard is None and (runs or otherwise != "lost"):
            return
        try:
            end = self._read_end()
            self._read_traces([key for key, _ in runs], {name for _, given in runs for name in given}, phase == HIDDEN)
        except WireError as error:
            self.ending, self.detail = "rejected", str(error)
            return
        if end is not None:
            self.ending, self.detail = self._judge(end, len(runs))

    def _read_end(self) -> Mapping[str, Any] | None:
        if self.heard.end is None:
            return None
        try:
            end = json.loads(self.heard.end)
            measured = [float(end[name]) for name in ("wall_s", "used_s", "max_rss_mb")]
            if not all(0 <= value < MOST for value in measured):
                raise ValueError
            self.wall_s, self.used_s, self.max_rss_mb = measured
            return {"ending": str(end["ending"]), "code": int(end["code"])}
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            raise WireError.in_english("The guest's record of an exercise is not one.") from None

    def _read_traces(self, keys: list[str], inputs: set[str], hidden: bool) -> None:
        answers = memoryview(self.heard.answers)
        self.traces, self.unfinished = read_traces(answers, keys, inputs, hidden=hidden, cut=self._was_cut())

    def _was_cut(self) -> bool:
        if self.heard.end is None:
            return True
        end = json.loads(self.heard.end)
        return bool(end["ending"] != "exit" or end["code"] != 0)

    def _judge(self, end: Mapping[str, Any], runs: int) -> tuple[Ending, Message | str]:
        crashes = [trace.crash for trace in self.traces.values() if trace.crash is not None]
        code = end["code"]
        stopped: dict[str, Ending] = {"time": "time", "output": "output", "budget": "budget"}
        if end["ending"] in stopped:
            return stopped[end["ending"]], ""
        if end["ending"] == "memory":
            return "memory", "all its processes together"
        if any(map(_out_of_memory, crashes)):
            return "memory", "an allocation was refused"
        if any(map(_out_of_processes, crashes)):
            return "processes", "a new process or thread was refused"
        if code == 0 and not self.unfinished and len(self.traces) == runs:
            return "done", ""
        if code < 0:
            return self._by_signal(-code)
        if b"MemoryError" in self.heard.stderr[-2000:]:
            return "memory", "an allocation was refused"
        return "crash", Message("ending.detail_status", {"status": code})

    def _by_signal(self, number: int) -> tuple[Ending, Message | str]:
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        self.killed = name == "SIGKILL"
        if name == "SIGXCPU":
            return "time", "processor time"
        native = name in ("SIGSEGV", "SIGABRT", "SIGBUS")
        if name == "SIGKILL" or (native and self._memory_was_short()):
            return "memory", Message("ending.detail_signal", {"signal": name})
        return "crash", Message("ending.detail_signal", {"signal": name})

    def _memory_was_short(self) -> bool:
        said = bytes(self.heard.stderr[-4000:])
        refused = any(word in said for word in (b"bad_alloc", b"MemoryError", b"out of memory", b"Memory allocation"))
        return refused or self.max_rss_mb > NEAR_LIMIT * self.job.limits.memory_mb


def _out_of_memory(crash: Crash) -> bool:
    torch = crash.kind == "RuntimeError" and "DefaultCPUAllocator" in crash.text
    return crash.kind in OUT_OF_MEMORY or torch


def _out_of_processes(crash: Crash) -> bool:
    refused = {"RuntimeError": "can't start new thread", "BlockingIOError": "Errno 11"}
    return refused.get(crash.kind, "\0") in crash.text
