"""Applies to every request: security headers, and limits on its origin, size, time and form."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graders.server.web.limits import Turns, address_key
from graders.submission.upload import MAX_TOTAL_MB

__all__ = ["COOKIE", "MAX_BODY", "MAX_JSON", "MAX_UPLOAD", "PICTURE", "Guard"]

COOKIE = "deepgrade"
LOCKED = f"__Host-{COOKIE}"  # the cookie's name over HTTPS: no other host of the domain can set one with this name
MAX_BODY = 4 << 20
MAX_JSON = 256 << 10  # errors are reported per word, which takes long
MAX_UPLOAD = (MAX_TOTAL_MB + 1) << 20
PATIENCE_S = 20.0  # for a body, plus one second for each
SLOWEST = 16 << 10  # bytes of it
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
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # an SVG has style attributes, but may run nothing
ONLY_HTTPS = "max-age=31536000"
HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.I)
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]*)", re.I)


class TooLarge(HTTPException):
    """The body exceeds its limit; a route's own reader may raise this, too."""

    def __init__(self) -> None:
        super().__init__(413)


class TooSlow(HTTPException):
    """The announced body did not arrive in time."""

    def __init__(self) -> None:
        super().__init__(408)


class Guard:
    """Middleware around every route. ``is_upload`` says which paths take whole files."""

    def __init__(self, app: ASGIApp, is_upload: Callable[[str], bool]) -> None:
        self.app, self.is_upload, self.turns, self.strangers = app, is_upload, Turns(), Turns(64, 512)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, begun = Headers(scope=scope), False
        scope.setdefault("state", {})["nonce"] = nonce = secrets.token_urlsafe(16)
        limit, https = self._limit(scope["path"], headers), scope.get("scheme") == "https"

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _leaving(message, nonce, https)
            await send(message)

        wrong = _refusal(scope, headers, limit)
        if wrong is not None:
            close = {"Connection": "close"} if wrong[0] == 400 else None
            await PlainTextResponse(wrong[1], wrong[0], close)(scope, receive, sending)
            return
        _arriving(scope, https)
        try:
            await self._in_turn(scope, _counted(receive, limit), sending)
        except (TooLarge, TooSlow) as error:
            if not begun:
                words = "Too large." if isinstance(error, TooLarge) else "Too slow."
                await PlainTextResponse(words, error.status_code)(scope, receive, sending)
        except Exception:
            if not begun:  # with the headers of every response; the server's log gets the error
                await PlainTextResponse("Internal error.", 500, {"Connection": "close"})(scope, receive, sending)
            raise

    def _limit(self, path: str, headers: Headers) -> int:
        if self.is_upload(path):
            return MAX_UPLOAD
        return MAX_JSON if "json" in headers.get("content-type", "").lower() else MAX_BODY

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A sender of many requests at once waits for its own, without delaying others; live pages hold no turn."""
        sender, turns = _sender(scope), self.turns
        if sender is None:
            sender, turns = address_key((scope.get("client") or ("",))[0]), self.strangers
        back = await turns.taken(sender)
        if back is None:
            await PlainTextResponse("Too many at once.", 429, {"Retry-After": "5"})(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_live(message):
                back()
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            back()


def _is_live(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")


def _refusal(scope: Scope, headers: Headers, limit: int) -> tuple[int, str] | None:
    """Refuse what no honest client sends, or what is not meant for this site."""
    if len(headers.getlist("host")) > 1 or not HOST.fullmatch(headers.get("host", "")):
        return 400, "Bad request: the header Host."
    if "content-length" in headers and "transfer-encoding" in headers:  # two programs may read it as two requests
        return 400, "Bad request: two lengths."
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return 400, "Bad request: NUL."
    if scope["method"] not in SAFE and not from_here(headers, scope.get("scheme", "http")):
        return 403, "Forbidden: another site asked for this."
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return 415, "Send it without Content-Encoding."
    kind = headers.get("content-type", "").lower()
    charset = CHARSET.search(kind)
    if charset and kind.startswith(("multipart/", "application/x-www-form")) and charset[1] not in ("utf-8", "utf8"):
        return 415, "Send it as UTF-8."
    length = headers.get("content-length") or "0"
    if length.isdecimal() and (len(length) > 15 or int(length) > limit):
        return 413, "Too large."
    return None


def _arriving(scope: Scope, https: bool) -> None:
    """Drop headers that are not needed, and rename the cookie to the name the application knows.

    Partial downloads (``Range``) are only requested by clients that want to keep the service busy.
    """
    kept = []
    for name, value in scope["headers"]:
        if name in (b"range", b"if-range"):
            continue
        if name == b"cookie" and https:
            value = _renamed(value)
        kept.append((name, value))
    scope["headers"] = kept


def _renamed(cookies: bytes) -> bytes:
    pairs = [one.strip() for one in cookies.split(b";")]
    others = [one for one in pairs if not one.startswith(f"{COOKIE}=".encode())]
    return b"; ".join(one.removeprefix(b"__Host-") if one.startswith(f"{LOCKED}=".encode()) else one for one in others)


def _leaving(message: Message, nonce: str, https: bool) -> None:
    out = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        out[name] = value
    out.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
    out.setdefault("Cache-Control", "no-store")
    if https:
        out["Strict-Transport-Security"] = ONLY_HTTPS
        message["headers"] = [
            (name, _locked(value) if name.lower() == b"set-cookie" else value) for name, value in message["headers"]
        ]


def _locked(cookie: bytes) -> bytes:
    named = b"__Host-" + cookie if cookie.startswith(f"{COOKIE}=".encode()) else cookie
    return named if b"; secure" in named.lower() else named + b"; Secure"


def _sender(scope: Scope) -> str | None:
    """The sender, identified by token or cookie; None without either."""
    headers = Headers(scope=scope)
    token = headers.get("authorization", "")[:200]
    cookie = re.search(rf"(?:^|;\s*){COOKIE}=([^;]+)", headers.get("cookie", ""))
    return token or (cookie[1][:200] if cookie else None)


def _counted(receive: Receive, limit: int) -> Receive:
    """Count a streamed body, and the time it takes, while it is read."""
    read, over, since = 0, False, 0.0

    async def receiving() -> Message:
        nonlocal read, over, since
        if over:  # the body is complete: the next message is the disconnect
            return await receive()
        now = asyncio.get_running_loop().time()
        since = since or now
        try:
            async with asyncio.timeout(max(0.0, since + PATIENCE_S + read / SLOWEST - now)):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        read += len(message.get("body", b""))
        over = not message.get("more_body", False)
        if read > limit:
            raise TooLarge
        return message

    return receiving


def from_here(headers: Headers, scheme: str = "http") -> bool:
    """Whether no other site made the browser send this. Without a cookie or an origin, the client is a program."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site in ("cross-site", "same-site"):
        return False
    if origin is not None:
        try:
            found = urlsplit(origin)
        except ValueError:
            return False
        same = found.netloc.lower() == headers.get("host", "").lower() != ""
        return same and found.scheme in (("https",) if scheme == "https" else ("http", "https"))
    if site is not None:
        return site == "same-origin"
    return COOKIE not in headers.get("cookie", "")
