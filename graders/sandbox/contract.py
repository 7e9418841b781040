"""What a sandbox is given and what it answers, the same for every backend.

A backend opens sandboxes; a sandbox runs one batch (one submission) and is discarded. Inside, for each exercise, one
process makes the public runs and, once every exercise has made those, another makes the hidden runs: whatever a
student's code prints or leaves in memory during public runs cannot contain a hidden input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeAlias, get_args

from graders.messages.message import Message
from graders.reports.record import RunRecord

if TYPE_CHECKING:  # opening a sandbox needs no NumPy: its guest starts while ours is being imported
    from graders.probe import Trace
    from graders.spec import Inputs

__all__ = [
    "ENDINGS",
    "SHM_BYTES",
    "TMP_BYTES",
    "Backend",
    "Batch",
    "Ending",
    "Job",
    "Limits",
    "Outcome",
    "Result",
    "Sandbox",
]

# done: every run finished (a run may still hold a crash, which is an exception of the student's code)
# crash: the process died (signal, os._exit); rejected: it sent malformed data; lost: the sandbox ended first
# budget: it did not run, because earlier ones had used up the batch's time
Ending = Literal["done", "time", "memory", "output", "processes", "crash", "rejected", "lost", "budget"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)

# The scratch space of every sandbox.
TMP_BYTES = 64 << 20
SHM_BYTES = 16 << 20

Runs: TypeAlias = "tuple[tuple[str, Inputs], ...]"


@dataclass(frozen=True)
class Limits:
    """What one exercise may use. ``wall_s`` counts for its public runs and again for its hidden ones.

    ``memory_mb`` is private memory per process on top of the imported libraries; ``processes`` includes threads;
    ``output_kb`` is how much of stdout and of stderr is kept; ``answer_mb`` is the size limit of its outputs.
    """

    wall_s: float = 5.0
    cpu_s: float | None = None
    memory_mb: int = 1024
    processes: int = 64
    output_kb: int = 64
    answer_mb: int = 64


@dataclass(frozen=True)
class Job:
    """One exercise: its probe runs once per (key, inputs); a key names case and draw, ``"case#0"``.

    ``walled``: Landlock and a second filter on top of the outer sandbox; False to try the outer sandbox alone.
    """

    unit: str
    exercise: str
    public: Runs = ()
    hidden: Runs = ()
    limits: Limits = field(default_factory=Limits)
    walled: bool = True


@dataclass(frozen=True)
class Batch:
    """One submission. ``sources``: module name (``u06_backprop``, ``common.functions``) → the student's text;
    ``specs``: unit → text of ``graders/exercises/<unit>.py``; ``budget_s``: what all jobs together may use, part of
    it reserved for hidden runs. Time waiting for a processor does not count. ``compatibility``: the course's, from
    ``Compatibility.to_plain``. ``begun`` is called with each job whose public runs begin, for observers.
    """

    sources: Mapping[str, str]
    specs: Mapping[str, str]
    jobs: tuple[Job, ...]
    device: str = "cpu"
    budget_s: float | None = None
    compatibility: Mapping[str, Any] = field(default_factory=dict)
    begun: Callable[[Job], None] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Outcome:
    """What became of one job.

    ``traces`` holds the public runs, ``hidden`` the hidden ones, both by key. A run that never began is absent; one
    that began and did not end holds what it yielded, and its key is in ``unfinished`` (``"hidden:" + key`` for a
    hidden one). Hidden runs are made only if the public ones finished. Hidden traces contain no text from the
    student: a crash has only its kind, and there are no notes. ``stdout`` and ``stderr`` are those of import and
    public runs. ``used_s`` is ``wall_s`` without waiting for a processor. ``outside``: something else may have ended
    it: the guest died, we lost patience with it, or a process was killed.
    """

    traces: Mapping[str, Trace] = field(default_factory=dict)
    hidden: Mapping[str, Trace] = field(default_factory=dict)
    ending: Ending = "lost"
    detail: Message | str = ""  # a message to show to people; otherwise a note for the log
    stdout: str = ""
    stderr: str = ""
    wall_s: float = 0.0
    used_s: float = 0.0
    max_rss_mb: float = 0.0
    unfinished: tuple[str, ...] = ()
    outside: bool = False


@dataclass(frozen=True)
class Result:
    """One outcome per job, in order, and the record of the run (JSON values only)."""

    outcomes: tuple[Outcome, ...]
    record: RunRecord


class Sandbox(Protocol):
    """Single use: ``run`` once, then ``close`` (also when leaving a ``with``)."""

    def run(self, batch: Batch) -> Result: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...


class Backend(Protocol):
    """Creates sandboxes: its ``required`` limits hold or it refuses, its ``best_effort`` ones may be missing."""

    name: str
    required: tuple[str, ...]
    best_effort: tuple[str, ...]

    def open(self, needs: tuple[str, ...] = ()) -> Sandbox:
        """A sandbox with its imports done (``needs=("torch",)`` adds torch), ready for its batch."""
        ...

    def check(self) -> None:
        """Raise ``SandboxError`` with the remedy if this host does not provide what is promised."""
        ...
