"""The feed of live pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.server.store.changes import Changed, changed
from graders.server.store.courses import Course, add_course
from graders.server.store.engine import Store, open_store
from graders.server.store.migrate import migrate
from graders.server.store.people import User, add_user
from graders.server.store.queue import hand_in
from graders.server.web.live import MOST, Feed, _latest
from tests.server.handing_in import work


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[tuple[Store, Course, User, User]]:
    store = open_store(f"sqlite:///{tmp_path}/deepgrade.db")
    migrate(store)
    course = add_course(store, "dl", "/no", {"en": "DL", "ko": "DL"})
    kim, lee = (add_user(store, f"{name}@example.org", name, "correct horse") for name in ("kim", "lee"))
    yield store, course, kim, lee
    store.close()


def change(id: int, public_id: str, state: str) -> Changed:
    return Changed(id, 1, 1, public_id, state, 0.0)


def test_feed_when_a_submission_changed_several_times_then_it_is_told_once_and_in_order() -> None:
    found = [change(1, "a", "done"), change(2, "b", "leased"), change(3, "a", "done"), change(4, "c", "queued")]
    assert [(one.id, one.public_id) for one in _latest(found)] == [(2, "b"), (3, "a"), (4, "c")]
    assert _latest([]) == []


def test_feed_when_a_listener_was_away_then_every_one_of_theirs_is_told_however_busy_the_others_were(
    classroom: tuple[Store, Course, User, User],
) -> None:
    store, course, kim, lee = classroom
    theirs, mine = hand_in(store, work(course, lee)), hand_in(store, work(course, kim))
    with store.writing() as connection:
        for _ in range(2 * MOST):
            changed(connection, 0.0, 1)
        changed(connection, 0.0, 2)

    async def told(user_id: int | None, count: int) -> list[str]:
        found = []
        async for one in Feed(store).listen(course.id, user_id, after=0):
            assert one is not None
            found.append(one.public_id)
            if len(found) == count:
                break
        return found

    assert asyncio.run(told(kim.id, 1)) == [mine.public_id]
    assert asyncio.run(told(None, 5))[-1] == mine.public_id
    assert set(asyncio.run(told(lee.id, 2))) == {theirs.public_id}


def test_feed_when_something_changes_then_whom_it_concerns_is_woken(
    classroom: tuple[Store, Course, User, User],
) -> None:
    store, course, kim, lee = classroom
    hand_in(store, work(course, kim))
    hand_in(store, work(course, lee))

    async def listening(feed: Feed, user_id: int) -> int:
        async for one in feed.listen(course.id, user_id, None):
            if one is not None:
                return one.user_id
        return 0

    async def both() -> tuple[int, int]:
        feed = Feed(store)
        tasks = [asyncio.create_task(listening(feed, user)) for user in (kim.id, lee.id)]
        await asyncio.sleep(0.3)
        with store.writing() as connection:
            changed(connection, 0.0, 1)
            changed(connection, 0.0, 2)
        found = await asyncio.wait_for(asyncio.gather(*tasks), 20)
        return found[0], found[1]

    assert asyncio.run(both()) == (kim.id, lee.id)
