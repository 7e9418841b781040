"""One submission's sandboxes: what they may use together, and what is retried because the student was not the cause.

If the guest itself ends a phase, the student is responsible. If the guest died, a process was killed, or we lost
patience, the machine may be the reason: the job is retried in a fresh sandbox before it counts.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from types import TracebackType
from typing import Self

from graders.messages.message import Message
from graders.sandbox.contract import Backend, Batch, Outcome, Result, Sandbox
from graders.sandbox.session import CROWDED

__all__ = ["Metered"]


class Metered:
    """A backend for one submission. ``spent_s``: the time used, as the guest reports it, else as measured here."""

    def __init__(self, backend: Backend, budget_s: float) -> None:
        self.backend, self.budget_s = backend, budget_s
        self.name, self.required, self.best_effort = backend.name, backend.required, backend.best_effort
        self.spent_s = 0.0
        self.short = False  # whether something did not run because time ran out

    def open(self, needs: tuple[str, ...] = ()) -> MeteredSandbox:
        return MeteredSandbox(self, needs, self.backend.open(needs))

    def check(self) -> None:
        self.backend.check()


class MeteredSandbox:
    """A sandbox, and a fresh one for each retry."""

    def __init__(self, meter: Metered, needs: tuple[str, ...], sandbox: Sandbox) -> None:
        self.meter, self.needs = meter, needs
        self.sandbox: Sandbox | None = sandbox

    def run(self, batch: Batch) -> Result:
        """Run the batch in the time left; jobs that it does not reach end as ``budget``."""
        assert self.sandbox is not None
        result = self._run(self.sandbox, batch)
        outcomes = list(result.outcomes)
        self.close()  # the next one needs the device that it holds
        for place, outcome in enumerate(outcomes):
            if outcome.ending == "lost" or outcome.outside:
                with closing(self.meter.backend.open(self.needs)) as fresh:
                    (outcomes[place],) = self._run(fresh, replace(batch, jobs=(batch.jobs[place],))).outcomes
        return Result(tuple(map(self._told, outcomes)), result.record)

    def _run(self, sandbox: Sandbox, batch: Batch) -> Result:
        left_s = self.meter.budget_s - self.meter.spent_s
        if left_s <= 0:
            return Result(tuple(Outcome(ending="budget") for _ in batch.jobs), {})
        result = sandbox.run(replace(batch, budget_s=left_s))
        used_s = sum(outcome.used_s for outcome in result.outcomes)
        self.meter.spent_s += max(used_s, float(result.record.get("wall_s", 0.0)) / CROWDED)
        return result

    def _told(self, outcome: Outcome) -> Outcome:
        if outcome.ending != "budget":
            return outcome
        self.meter.short = True
        return replace(outcome, detail=Message("ui.seconds", {"seconds": f"{self.meter.budget_s:g}"}))

    def close(self) -> None:
        sandbox, self.sandbox = self.sandbox, None
        if sandbox is not None:
            sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
