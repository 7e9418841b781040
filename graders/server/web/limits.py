"""Rate and concurrency limits, counted in this process, so that no user takes all capacity."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Limits", "Live", "Tries", "Turns", "address_key"]


class Tries:
    """At most ``most`` per ``seconds`` for each key; old keys are forgotten."""

    def __init__(self, clock: Callable[[], float], most: int = 10, seconds: float = 300.0, keys: int = 10_000) -> None:
        self.clock, self.most, self.seconds, self.keys = clock, most, seconds, keys
        self._seen: OrderedDict[Any, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allowed(self, key: Any) -> bool:
        """Whether one more is allowed; it is counted if so."""
        with self._lock:
            now = self.clock()
            seen = [at for at in self._seen.pop(key, []) if 0 <= now - at < self.seconds]
            ok = len(seen) < self.most
            self._seen[key] = [*seen, now] if ok else seen
            while len(self._seen) > self.keys:
                self._seen.popitem(last=False)
            return ok


class Live:
    """At most ``most`` live pages of one user at a time."""

    def __init__(self, most: int = 24) -> None:
        self.most = most
        self._open: dict[Any, int] = {}

    @contextlib.contextmanager
    def one(self, key: Any) -> Iterator[bool]:
        """Whether there is room for one more, which is freed at the end. Only for the event loop's thread."""
        room = self._open.get(key, 0) < self.most
        if room:
            self._open[key] = self._open.get(key, 0) + 1
        try:
            yield room
        finally:
            if room:
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]


class Turns:
    """At most ``most`` requests per sender run at once; ``waiting`` more wait for their turn."""

    def __init__(self, most: int = 8, waiting: int = 64) -> None:
        self.most, self.waiting = most, waiting
        self._senders: dict[str, tuple[asyncio.Semaphore, list[int]]] = {}

    async def taken(self, sender: str) -> Callable[[], None] | None:
        """Wait for a turn; returns a function that gives it back, or None if too many are waiting."""
        semaphore, count = self._senders.setdefault(sender, (asyncio.Semaphore(self.most), [0]))
        if count[0] >= self.most + self.waiting:
            return None
        count[0] += 1
        try:
            await semaphore.acquire()
        except BaseException:
            self._gone(sender, count)
            raise
        given_back = False

        def back() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                semaphore.release()
                self._gone(sender, count)

        return back

    def _gone(self, sender: str, count: list[int]) -> None:
        count[0] -= 1
        if not count[0]:
            self._senders.pop(sender, None)


class Limits:
    """The limits that pages and the API share."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.names_here = Tries(clock, 10)  # one account from one address, so that others cannot lock its owner out
        self.names = Tries(clock, 100)  # one account from everywhere
        self.addresses = Tries(clock, 1000)  # a lecture hall is one address: 300 links, 300 logins, some twice
        self.passwords = Tries(clock, 10)  # one user changing their password
        self.handing_in = Tries(clock, 120, 60.0)  # one user, checks included
        self.asking = Tries(clock, 1200, 60.0)  # one user, all requests
        self.live = Live()

    def may_log_in(self, email: str, host: str) -> bool:
        """Whether another password may be tried."""
        name, address = email.strip().casefold()[:254], address_key(host)
        return self.addresses.allowed(address) and self.names_here.allowed((name, address)) and self.names.allowed(name)

    def may_use_link(self, host: str) -> bool:
        """Whether this address may use another link."""
        return self.addresses.allowed(address_key(host))


def address_key(host: str) -> str:
    """What counts as one address: for IPv6, one household's network."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(found, ipaddress.IPv6Address):
        plain = found.ipv4_mapped
        return str(plain) if plain else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
