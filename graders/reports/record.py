"""What is recorded about a run: by its sandbox, and by the grading that requested it."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["GradingRecord", "RunRecord"]


class RunRecord(TypedDict, total=False):
    """What is recorded about a run; nothing for one that was not made.

    ``limits`` are the largest that any exercise was given; ``missing``: best-effort ones that did not hold; ``weaker``:
    how a limit holds in another way than promised. ``exit``, ``said``: how the guest itself ended, and its last words.
    """

    backend: str
    start_s: float
    wall_s: float
    max_rss_mb: float
    limits: dict[str, float | None]
    required: list[str]
    missing: list[str]
    exit: str
    said: str
    uid: int
    groups: list[str]
    landlock: int
    weaker: dict[str, str]
    engine: str
    image: str
    device: str | dict[str, str]
    memory_mb: int
    out_of_memory: bool


class GradingRecord(RunRecord, total=False):
    """What a report contains about its grading and from its sandboxes' records; JSON values only.

    ``key`` identifies the secret and ``nonce`` the grading that hidden inputs were made from; ``units_asked`` are the
    units it was limited to, if any; ``used_s`` is how much of the time budget everything together used. Students do not
    see these. Reports of earlier versions lack some.
    """

    key: str
    nonce: str
    device_asked: str
    units_asked: list[str]
    course: str
    used_s: float
