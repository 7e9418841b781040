"""Live updates as server-sent events: one database query for all listeners."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from functools import partial

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from graders.messages.errors import DeepgradeError
from graders.server.store.changes import Changed, changes_since, last_change
from graders.server.store.engine import Store
from graders.server.web.services import Services
from graders.server.web.who import place_of

__all__ = ["Feed", "include"]

LOOK_S = 0.15
QUIET_S = 5.0  # then a comment, so that no proxy takes the connection for dead
AGAIN_S = 5.0  # how long events continue after a logout or removal from the course
LONGEST_S = 600.0  # then the browser reconnects
MOST = 500  # changes read at once


@dataclass(eq=False)
class _Listener:
    """Whose changes to send: one user's in a course, or the whole course's."""

    course_id: int
    user_id: int | None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def wants(self, one: Changed) -> bool:
        return one.course_id == self.course_id and self.user_id in (None, one.user_id)


@dataclass
class Feed:
    """Polls for changes while anyone listens and wakes those concerned, who then read all they missed."""

    store: Store
    _listeners: set[_Listener] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None

    async def listen(self, course_id: int, user_id: int | None, after: int | None) -> AsyncIterator[Changed | None]:
        """Each change after this number (without one, from now on); None when nothing has happened for a while."""
        me = _Listener(course_id, user_id)
        start = await run_in_threadpool(last_change, self.store)
        seen = start if after is None else min(after, start)
        self._listeners.add(me)
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._look(start))
            me.news.set()  # there may be some already
            while True:
                try:
                    await asyncio.wait_for(me.news.wait(), QUIET_S)
                except TimeoutError:
                    yield None
                    continue
                me.news.clear()
                found = await self._since(seen, course_id, user_id)
                if found is None or len(found) >= MOST:
                    me.news.set()  # there may be more
                for one in _latest(found or ()):
                    seen = one.id
                    yield one
        finally:
            self._listeners.discard(me)

    async def _look(self, seen: int) -> None:
        while self._listeners:
            for one in await self._since(seen) or ():
                seen = one.id
                for listener in self._listeners:
                    if listener.wants(one):
                        listener.news.set()
            await asyncio.sleep(LOOK_S)

    async def _since(self, seen: int, course_id: int | None = None, user_id: int | None = None) -> list[Changed] | None:
        """The changes, or None if the database fails; the caller asks again."""
        ask = partial(changes_since, self.store, seen, course_id=course_id, user_id=user_id, limit=MOST)
        try:
            return await run_in_threadpool(ask)
        except DeepgradeError:
            await asyncio.sleep(LOOK_S)
            return None


def _latest(found: Iterable[Changed]) -> list[Changed]:
    """Only the latest change of each submission, because every change carries the current state."""
    return sorted({one.public_id: one for one in found}.values(), key=lambda one: one.id)


def include(app: FastAPI, services: Services) -> None:
    feed = Feed(services.store)

    @app.get("/courses/{slug}/live")
    async def live(request: Request, slug: str) -> Response:
        """A student's own changes; the whole course's for staff on the class page."""
        wide = "class" in request.query_params
        place = await run_in_threadpool(place_of, request, services, slug, staff=wide)
        last = request.headers.get("last-event-id", "")
        after = int(last) if last.isdecimal() and len(last) < 18 else None

        async def events() -> AsyncIterator[str]:
            with services.limits.live.one(place.user.id) as room:
                if not room:
                    yield "retry: 60000\n\n"
                    return
                async for text in told():
                    yield text

        async def told() -> AsyncIterator[str]:
            yield "retry: 2000\n\n"
            now = time.monotonic()
            until, looked = now + LONGEST_S, now
            async for one in feed.listen(place.course.id, None if wide else place.user.id, after):
                if time.monotonic() - looked >= AGAIN_S:
                    if not await run_in_threadpool(_still_there, request, services, slug, wide):
                        return
                    looked = time.monotonic()
                if one is None:
                    yield ": still here\n\n"
                else:
                    data = json.dumps({"id": one.public_id, "state": one.state})
                    yield f"id: {one.id}\nevent: change\ndata: {data}\n\n"
                if time.monotonic() > until:
                    return

        return StreamingResponse(events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _still_there(request: Request, services: Services, slug: str, wide: bool) -> bool:
    """Whether the listener still has access; a database that is briefly busy disconnects nobody."""
    fresh = Request({**request.scope, "state": {}})  # without anything cached when the stream began
    try:
        place_of(fresh, services, slug, staff=wide)
    except HTTPException:
        return False
    except DeepgradeError:
        return True
    return True
