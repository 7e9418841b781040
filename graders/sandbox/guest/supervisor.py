"""The guest's first process: imports ahead of time, takes one batch, runs each exercise in its own child.

It writes chunks to stdout and reads frames from stdin. It receives the hidden inputs only after every public run
is over. It has the student's uid and decides nothing.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import math
import os
import re
import signal
import sys
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from graders.probe.values import decode
from graders.sandbox.guest import frames
from graders.sandbox.guest.in_process import InProcess
from graders.sandbox.guest.phase import Ended, Forked, Order, write_all
from graders.sandbox.guest.student import load_spec, run_exercise
from graders.spec import Exercise
from graders.spec.profile import Compatibility

__all__ = ["serve"]

Run = tuple[str, dict[str, Any]]
LONG = r"(?:pandas|scipy|sklearn|torch)(?:\.[a-z]\w*)*"  # up to seconds, which each child would need again
MOST_IMPORTS = 10  # the budget does not count them
IMPORTED = re.compile(rf"^[ \t]*(?:import|from)[ \t]+({LONG})\b", re.MULTILINE)
PUBLIC_SHARE = 0.8  # of a batch's time; the rest is reserved for the hidden runs of exercises that finished in public
UNAFFORDED = {"ending": "budget", "code": 0, "wall_s": 0.0, "used_s": 0.0, "max_rss_mb": 0.0}  # instead of a phase


def serve(needs: list[str], *, fork: bool, **kept: Any) -> int:
    """Warm up, report ready, and run the one batch that comes; ``kept``: arguments for ``Forked``."""
    talk = Talk()
    if fork:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # then the first process of a namespace is immune to it
    _warm_up(needs)
    phases = Forked(talk, **kept) if fork else InProcess(talk)
    ready = {"python": sys.version.split()[0], "numpy": np.__version__, **phases.ready}
    talk.say(frames.READY, body=json.dumps(ready).encode())
    head, _ = frames.read_frame(talk.read)
    if _import_for(head["sources"].values(), jobs=len(head["jobs"])):
        phases.weigh()
    _run_batch(talk, head, phases.run)
    talk.say(frames.FINISHED)
    return 0


def _warm_up(needs: list[str]) -> None:
    """Import what is slow and use it once; no backward pass, because the children could not run theirs afterwards."""
    np.linalg.solve(np.eye(3) @ np.eye(3), np.ones(3))
    if "torch" in needs:
        import torch
        import torch.fx.experimental.symbolic_shapes  # what backward imports on first use: 0.2 s for every child

        torch.set_num_threads(1)
        torch.backends.cudnn.allow_tf32 = False  # on by default: float32 convolutions would keep three digits
        (torch.ones(3, 3) @ torch.ones(3, 3)).sum().item()


def _import_for(texts: Collection[str], jobs: int) -> bool:
    """Import the large libraries that these texts import: here that costs no exercise its time, and happens once."""
    before = len(sys.modules)
    for name in sorted({name for text in texts for name in IMPORTED.findall(text)})[:MOST_IMPORTS]:
        with contextlib.suppress(Exception):  # the exercises that use it will tell
            _warm_up([name.partition(".")[0]])
            importlib.import_module(name)
    if jobs > 1 and any("random" in text for text in texts):
        import numpy.random  # noqa: F401 - NumPy does so when it is first used: 13 ms for every child
    return len(sys.modules) > before


def _run_batch(talk: Talk, head: dict[str, Any], run: Callable[[Order], Ended]) -> None:
    jobs = head["jobs"]
    runs = _read_runs(talk, jobs, "public")
    compatibility = Compatibility.from_plain(head["compatibility"])
    specs = {unit: load_spec(unit, text, compatibility) for unit, text in head["specs"].items()}
    gc.freeze()  # children share these pages
    gc.enable()

    def order(position: int, phase: int) -> Order:
        job = jobs[position]
        exercise, given = specs[job["unit"]][job["exercise"]], runs[position]
        return Order(position, phase, job["limits"], _work(exercise, job, head["sources"], given, phase), job["walled"])

    purse = _Purse(head["budget_s"], talk, run)
    ended, stuck = [], []
    for position, job in enumerate(jobs):
        module = job["unit"], job["limits"]
        if module in stuck:  # its import would end the same way; ``outcome.py`` reports that
            ended.append(False)
            continue
        public = purse.run(order(position, frames.PUBLIC), share=PUBLIC_SHARE)
        ended.append(public.well)
        if job["public"] and not public.began:
            stuck.append(module)
    if any(job["hidden"] for job in jobs):
        talk.say(frames.WANT_HIDDEN)
        runs = _read_runs(talk, jobs, "hidden")
        for position, job in enumerate(jobs):
            if job["hidden"] and ended[position]:
                purse.run(order(position, frames.HIDDEN))


class _Purse:
    """Runs phases while the batch has time left; the rest only report that there was none."""

    def __init__(self, budget_s: float | None, talk: Talk, run: Callable[[Order], Ended]) -> None:
        self._budget_s, self._talk, self._run = math.inf if budget_s is None else budget_s, talk, run
        self._spent_s = 0.0

    def run(self, order: Order, share: float = 1.0) -> Ended:
        """``share``: the part of the budget that may be used up before this phase."""
        if self._spent_s >= share * self._budget_s:
            self._talk.say(frames.END, order.phase, order.job, json.dumps(UNAFFORDED).encode())
            return Ended(well=False, began=True, used_s=0.0)
        ended = self._run(order)
        self._spent_s += ended.used_s
        return ended


def _work(
    exercise: Exercise, job: dict[str, Any], sources: dict[str, str], given: list[Run], phase: int
) -> Callable[..., None]:
    def work(send: Callable[[bytes], None]) -> None:
        watch = phase == frames.PUBLIC
        if "numpy.random" in sys.modules:
            np.random.seed()  # each child draws its own numbers, as if it had imported NumPy itself
        run_exercise(exercise, job["unit"], sources, given, send, job["limits"]["answer_mb"] << 20, watch)

    return work


def _read_runs(talk: Talk, jobs: list[dict[str, Any]], phase: str) -> list[list[Run]]:
    return [[_read_run(talk) for _ in range(job[phase])] for job in jobs]


def _read_run(talk: Talk) -> Run:
    meta, arrays = frames.read_frame(talk.read)
    return meta["key"], decode(meta["tree"], arrays)


class Talk:
    """The two ends that lead outside, moved away from where a student's code prints and reads."""

    def __init__(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.setmode(0, os.O_BINARY)
            msvcrt.setmode(1, os.O_BINARY)
        self.inside, self.outside = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.close(null)

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes; if the platform ends, so does the guest."""
        parts = []
        while size:
            part = os.read(self.inside, min(size, 1 << 20))
            if not part:
                os._exit(3)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def say(self, kind: int, phase: int = frames.PUBLIC, job: int = 0, body: bytes = b"") -> None:
        write_all(self.outside, frames.chunk(kind, phase, job, body))
