"""Waiting for a guest: our own standing still costs a student nothing, and a submission's runs have a time together."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from graders.messages.message import Message
from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.contract import Batch, Job, Limits, Outcome, Result
from graders.sandbox.metered import Metered
from graders.sandbox.patience import LATE_S, TICK_S, Watch
from graders.sandbox.session import CROWDED, Session

from .conftest import SPEC, UNIT, job, spec_of

BRIEF = Limits(wall_s=0.5)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_watch_when_looked_at_late_then_one_tick_counts() -> None:
    clock = Clock()
    watch = Watch(clock)
    clock.now += LATE_S / 2
    assert (watch.look(), watch.late) == (pytest.approx(LATE_S / 2), False)
    clock.now += 3600
    assert (watch.look(), watch.late) == (pytest.approx(LATE_S / 2 + TICK_S), True)
    clock.now += TICK_S
    assert (watch.look(), watch.late) == (pytest.approx(LATE_S / 2 + 2 * TICK_S), False)


# --- a paused grader ---

# Answers larger than a pipe, so that the guest cannot get rid of them while nobody reads.
WORK = "import time\nimport numpy as np\ndef answer(x):\n    time.sleep(0.2)\n    return np.zeros(200_000)\n"


def test_student_does_not_pay_for_the_graders_threads(bubblewrap: Bubblewrap) -> None:
    holds = ctypes.PyDLL(None)  # calls without giving up the interpreter's lock, as parsing does
    with bubblewrap.open() as sandbox:
        sandbox._session.slack_s = 0.0
        held = threading.Timer(0.1, holds.usleep, (2_500_000,))
        held.start()
        result = sandbox.run(Batch({UNIT: WORK}, {UNIT: SPEC}, (job(limits=BRIEF),)))
        held.join()
    assert (result.record["exit"], result.outcomes[0].ending) == ("done", "done")


def test_grader_when_stopped_then_the_student_does_not_pay() -> None:
    code = """
        from graders.sandbox.bubblewrap import Bubblewrap
        from graders.sandbox.contract import Batch
        from tests.sandbox.conftest import job
        from tests.sandbox.test_patience import BRIEF, SPEC, UNIT, WORK
        with Bubblewrap().open() as sandbox:
            sandbox._session.slack_s = 0.0
            print("running", flush=True)
            result = sandbox.run(Batch({UNIT: WORK}, {UNIT: SPEC}, (job(limits=BRIEF),)))
        print(result.record["exit"], result.outcomes[0].ending)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == "running\n"
        time.sleep(0.1)
        grader.send_signal(signal.SIGSTOP)
        time.sleep(2.5)
        grader.send_signal(signal.SIGCONT)
        assert grader.stdout.readline() == "done done\n"


# --- a time for all runs together ---


def test_batch_when_its_time_is_used_up_then_the_rest_is_not_run(bubblewrap: Bubblewrap) -> None:
    names = [f"slow{number}" for number in range(5)]
    source = "import time\n" + "".join(f"def {name}(x):\n    time.sleep(0.15)\n    return x\n" for name in names)
    jobs = tuple(job(name, hidden=True) for name in names)
    with bubblewrap.open() as sandbox:
        result = sandbox.run(Batch({UNIT: source}, {UNIT: spec_of(names)}, jobs, budget_s=0.75))
    assert [outcome.ending for outcome in result.outcomes] == ["done", "budget", "budget", "budget", "budget"]
    assert [len(outcome.traces) for outcome in result.outcomes] == [2, 2, 0, 0, 0]
    assert result.outcomes[1].hidden == {}


def test_time_of_the_batch_bounds_an_endless_guest() -> None:
    jobs = tuple(job(hidden=True) for _ in range(100))
    session = object.__new__(Session)
    session.ready = {"stretch": 3}
    assert session._patience(Batch({}, {}, jobs, budget_s=5.0)) == CROWDED * 5.0 + 10.0
    assert session._patience(Batch({}, {}, jobs[:1], budget_s=500.0)) == 2 * (3.0 + 2.0) + 10.0


class Told:
    """A backend whose sandboxes end as they are told, one list of outcomes after another."""

    name, required, best_effort = "told", (), ()

    def __init__(self, *told: Sequence[Outcome], wall_s: float = 0.0) -> None:
        self.told, self.wall_s = list(told), wall_s
        self.batches: list[Batch] = []
        self.opened = self.closed = 0

    def open(self, needs: tuple[str, ...] = ()) -> Told:
        self.opened += 1
        return self

    def check(self) -> None: ...

    def run(self, batch: Batch) -> Result:
        self.batches.append(batch)
        return Result(tuple(self.told.pop(0)), {"wall_s": self.wall_s})

    def close(self) -> None:
        self.closed += 1

    def __enter__(self) -> Told:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def endings(result: Result) -> list[str]:
    return [outcome.ending for outcome in result.outcomes]


def run(meter: Metered, count: int = 1) -> Result:
    with meter.open(("torch",)) as sandbox:
        return sandbox.run(Batch({}, {}, tuple(Job(UNIT, f"e{place}") for place in range(count))))


OUTSIDE: Mapping[str, Any] = {"ending": "time", "outside": True}


def test_job_ended_from_outside_is_tried_once_more() -> None:
    done, outside, lost, late = Outcome(ending="done"), Outcome(**OUTSIDE), Outcome(), Outcome(ending="time")
    backend = Told([late, outside, lost], [done], [done])
    assert endings(run(Metered(backend, 60.0), 3)) == ["time", "done", "done"]  # the guest's own word stands
    assert [[one.exercise for one in batch.jobs] for batch in backend.batches] == [["e0", "e1", "e2"], ["e1"], ["e2"]]
    assert (backend.opened, backend.closed) == (3, 3)
    backend = Told([outside], [outside])
    assert endings(run(Metered(backend, 60.0))) == ["time"]
    assert backend.opened == 2


def test_nothing_more_runs_when_a_submissions_time_is_used_up() -> None:
    backend = Told([Outcome(ending="done", used_s=4.0)], [Outcome(ending="done", used_s=7.0)])
    meter = Metered(backend, 10.0)
    assert (endings(run(meter)), meter.short) == (["done"], False)
    assert (endings(run(meter)), backend.batches[1].budget_s) == (["done"], 6.0)
    third = run(meter, 2)
    assert [(outcome.ending, outcome.detail) for outcome in third.outcomes] == [
        ("budget", Message("ui.seconds", {"seconds": "10"}))
    ] * 2
    assert (meter.spent_s, meter.short, len(backend.batches)) == (11.0, True, 2)


def test_our_clock_counts_when_the_guest_says_it_used_nothing() -> None:
    backend = Told([Outcome(ending="done")], wall_s=10.0 * CROWDED)
    meter = Metered(backend, 10.0)
    run(meter)
    assert endings(run(meter)) == ["budget"]
