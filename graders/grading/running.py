"""Runs a submission's code in a sandbox, for grading and for practice alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from graders.probe import Trace
from graders.reports.record import RunRecord
from graders.sandbox.contract import Backend, Batch, Job, Outcome
from graders.spec import Inputs
from graders.spec.profile import Compatibility
from graders.submission import Submission

__all__ = ["Rerun", "Runner"]

Rerun = Callable[[list[Inputs]], list[Trace]]


@dataclass(frozen=True)
class Runner:
    """One submission and where its exercises run; one sandbox per call. ``specs``: the text of each unit's spec."""

    backend: Backend
    submission: Submission
    specs: Mapping[str, str] = field(repr=False)
    needs: tuple[str, ...] = ()
    compatibility: Compatibility = field(default_factory=Compatibility)  # of the course

    def run(self, jobs: Sequence[Job]) -> tuple[list[Outcome], RunRecord]:
        """An outcome per job, and the record."""
        specs = {job.unit: self.specs[job.unit] for job in jobs}
        with closing(self.backend.open(self.needs)) as sandbox:
            device, told = "cuda" if "cuda" in self.needs else "cpu", self.compatibility.to_plain()
            result = sandbox.run(Batch(self.submission.texts, specs, tuple(jobs), device, compatibility=told))
        return list(result.outcomes), result.record

    def rerun(self, job: Job, inputs: Callable[[Inputs], Inputs] = lambda given: given) -> Rerun:
        """What judging requests when something differs: the job's exercise on a batch of other inputs."""

        def rerun(batch: list[Inputs]) -> list[Trace]:
            runs = tuple((str(place), inputs(given)) for place, given in enumerate(batch))
            (again,), _ = self.run([replace(job, public=runs, hidden=())])
            return [again.traces.get(key, Trace()) for key, _ in runs]

        return rerun
