"""Parallel worker processes that end with the process that started them, however it ends."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

__all__ = ["processes"]

ENDED = 1


def processes(jobs: int) -> ProcessPoolExecutor:
    """A pool of fresh processes (nothing is inherited) that do not outlive this one, even if it is killed."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    threading.Thread(target=_watch, name="deepgrade parent", daemon=True).start()


def _watch() -> None:
    """Wait on the sentinel, a pipe that only the parent holds open: the kernel closes it when the parent ends."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(ENDED)
