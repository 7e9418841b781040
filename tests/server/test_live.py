"""The feed of live pages."""

from __future__ import annotations

from graders.server.store.changes import Changed
from graders.server.web.live import _latest


def change(id: int, public_id: str, state: str) -> Changed:
    return Changed(id, 1, 1, public_id, state, 0.0)


def test_feed_when_a_submission_changed_several_times_then_it_is_told_once_and_in_order() -> None:
    found = [change(1, "a", "done"), change(2, "b", "leased"), change(3, "a", "done"), change(4, "c", "queued")]
    assert [(one.id, one.public_id) for one in _latest(found)] == [(2, "b"), (3, "a"), (4, "c")]
    assert _latest([]) == []
