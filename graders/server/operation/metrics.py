"""Metrics in Prometheus's format: read from the database on request, or counted per request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from graders.server.store.models import Result, Submission
from graders.server.store.work import waiting
from graders.server.web.services import Services

__all__ = ["Metrics"]

RECENT_S = 600.0
MOST_RECENT = 2000
QUANTILES = (0.5, 0.95, 1.0)


class Metrics:
    """The metrics of one service."""

    def __init__(self, services: Services) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("deepgrade_requests", "Requests", labels, registry=self.registry)
        self.latency = Histogram(
            "deepgrade_request_seconds", "Until the answer was sent", ("route",), registry=self.registry
        )
        self.registry.register(_FromStore(services))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _FromStore:
    """Metrics read from the database, the same from every process."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def describe(self) -> list[Any]:
        return []  # otherwise registering would query the database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        store, now = self.services.store, self.services.clock()
        found = waiting(store)
        queue = GaugeMetricFamily("deepgrade_queue_length", "Waiting or being graded", labels=["state", "kind"])
        for state, kinds in (("queued", found.queued), ("leased", found.leased)):
            for kind in ("check", "submission", "regrade"):
                queue.add_metric([state, kind], kinds.get(kind, 0))
        yield queue
        oldest = 0.0 if found.oldest_at is None else max(0.0, now - found.oldest_at)
        yield GaugeMetricFamily("deepgrade_queue_oldest_seconds", "How long the first has waited", value=oldest)
        yield GaugeMetricFamily("deepgrade_quarantined", "Ended their grader three times", value=found.quarantined)
        yield GaugeMetricFamily("deepgrade_graders_ready", "Grading processes", value=self.services.workers.capacity())
        yield from _gradings(self.services, now)


def _gradings(services: Services, now: float) -> Iterator[GaugeMetricFamily]:
    counted = select(Result.verdict, func.count()).group_by(Result.verdict)
    took = (
        select(Submission.kind, Submission.finished_at - Submission.handed_in_at)
        .where(Submission.state == "done", Submission.finished_at > now - RECENT_S)
        .order_by(Submission.id.desc())
        .limit(MOST_RECENT)
    )
    with services.store.reading() as connection:
        verdicts = connection.execute(counted).all()
        waits = connection.execute(took).all()
    gradings = GaugeMetricFamily("deepgrade_gradings", "Results by verdict, since the beginning", labels=["verdict"])
    for verdict, count in verdicts:
        gradings.add_metric([verdict], count)
    yield gradings
    name, about = "deepgrade_result_seconds", "From handing in to the result, in the last ten minutes"
    seconds = GaugeMetricFamily(name, about, labels=["kind", "quantile"])
    for kind in ("check", "submission", "regrade"):
        known = sorted(wait for of, wait in waits if of == kind and wait is not None)
        for part in QUANTILES if known else ():
            seconds.add_metric([kind, f"{part:g}"], known[min(len(known) - 1, int(part * len(known)))])
    yield seconds
