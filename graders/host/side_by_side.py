"""Processes that compute side by side, and end with whoever started them, however that ends."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

__all__ = ["processes"]

ENDED = 1


def processes(jobs: int) -> ProcessPoolExecutor:
    """A pool of fresh processes (nothing is inherited), none of which outlives this one: a kill tells nobody."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    threading.Thread(target=_watch, name="deepgrade parent", daemon=True).start()


def _watch() -> None:
    """The sentinel is a pipe that only the parent holds open: its end is the parent's, seen by the kernel."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(ENDED)
