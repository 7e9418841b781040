"""Removes containers whose grader has died."""

from __future__ import annotations

from graders.sandbox.oci_engine import Engine, Held
from graders.sandbox.process_owner import Owner, owner_here, started_at

__all__ = ["LABEL", "Owner", "owner_here", "reap"]

LABEL = "deepgrade.owner"


def reap(engine: Engine, here: Owner) -> list[str]:
    """Remove the containers of dead graders; returns their names."""
    left = [held.name for held in engine.held(LABEL) if _abandoned(held, here)]
    for name in left:
        engine.remove(name)
    return left


def _abandoned(held: Held, here: Owner) -> bool:
    boot, _, rest = held.owner.partition("/")
    namespace, _, process = rest.partition("/")
    pid, _, started = process.partition("/")
    if (boot, namespace) != (here.boot, here.namespace):
        # We cannot see its grader: it is in another container or from an earlier boot. A guest whose grader dies ends
        # by itself, so a container that still runs has one.
        return held.state in ("exited", "dead", "stopped")
    return not started or started_at(pid) != started
