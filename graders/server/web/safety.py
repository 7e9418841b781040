"""What holds for every request: headers, where it comes from, how long it may be, how often one may try to log in."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graders.submission.upload import MAX_TOTAL_MB

__all__ = ["COOKIE", "MAX_BODY", "MAX_UPLOAD", "PICTURE", "Guard", "Tries"]

COOKIE = "deepgrade"
MAX_BODY = 4 << 20
MAX_UPLOAD = (MAX_TOTAL_MB + 1) << 20
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # an SVG has style attributes, and runs nothing


class TooLarge(HTTPException):
    """More was sent than is read; a route's own reader may answer it, too."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """Middleware around everything, whoever has written the route. ``is_upload`` says which paths take whole files."""

    def __init__(self, app: ASGIApp, is_upload: Callable[[str], bool]) -> None:
        self.app, self.is_upload = app, is_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, begun = Headers(scope=scope), False
        scope.setdefault("state", {})["nonce"] = nonce = secrets.token_urlsafe(16)
        limit = MAX_UPLOAD if self.is_upload(scope["path"]) else MAX_BODY

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out[name] = value
                out.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in SAFE and not from_here(headers):
            await PlainTextResponse("Forbidden: another site asked for this.", 403)(scope, receive, sending)
            return
        if (headers.get("content-length") or "0").isdecimal() and int(headers.get("content-length") or 0) > limit:
            await PlainTextResponse("Too large.", 413)(scope, receive, sending)
            return
        try:
            await self.app(scope, _counted(receive, limit), sending)
        except TooLarge:
            if not begun:
                await PlainTextResponse("Too large.", 413)(scope, receive, sending)


def _counted(receive: Receive, limit: int) -> Receive:
    """What is sent in pieces is counted while it is read."""
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLarge
        return message

    return receiving


def from_here(headers: Headers) -> bool:
    """Whether no other site has made this browser send it. What carries no cookie and no origin is a program."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
    if site is not None:
        return site == "same-origin"
    return COOKIE not in headers.get("cookie", "")


class Tries:
    """At most ``most`` in ``seconds`` for each key; the keys of long ago are forgotten."""

    def __init__(self, clock: Callable[[], float], most: int = 10, seconds: float = 300.0, keys: int = 10_000) -> None:
        self.clock, self.most, self.seconds, self.keys = clock, most, seconds, keys
        self._seen: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allowed(self, key: str) -> bool:
        """Whether one more is; it is counted if so."""
        with self._lock:
            now = self.clock()
            seen = [at for at in self._seen.pop(key, []) if 0 <= now - at < self.seconds]
            ok = len(seen) < self.most
            self._seen[key] = [*seen, now] if ok else seen
            while len(self._seen) > self.keys:
                self._seen.popitem(last=False)
            return ok
