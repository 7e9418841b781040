"""HTTP to a course's service: returns JSON, or raises with one sentence about anything else."""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from graders.messages.errors import BusyError, DeepgradeError, UsageError
from graders.practice.logins import is_loopback

__all__ = ["answer_to", "one_line", "opener_for"]

MOST = 64 << 20  # bytes of a response
DOWN = (502, 503, 504)
TOKEN_IDS = ("api.token_over", "api.no_token")


def answer_to(opener: OpenerDirector, request: Request, url: str, timeout_s: float) -> Any:
    """The response's JSON, or None if it is empty.

    UsageError if asking again would not help, BusyError if it may: then the request's fate is unknown.
    """
    try:
        with opener.open(request, timeout=timeout_s) as answer:
            said = answer.headers.get("Content-Length", "")
            data = answer.read(MOST)
    except HTTPError as error:
        with error:
            raise _refusal(error, url) from None
    except (URLError, OSError, HTTPException) as error:
        raise _failure(error, url, timeout_s) from None
    if said.isdecimal() and len(data) < min(int(said), MOST):
        raise BusyError("remote.cut_off", url=url)
    if not data and answer.status == 204:
        return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError("remote.not_service", url=url, status=answer.status) from None


def opener_for(url: str) -> OpenerDirector:
    """An opener that follows no redirects and uses no proxy for this machine itself."""
    here = is_loopback(urlsplit(url).hostname or "")
    return build_opener(_NoRedirects, _Plain, _Secure, *((ProxyHandler({}),) if here else ()))


def one_line(text: str) -> str:
    """Text for a terminal, without control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:1000]


# --- errors ----------------------------------------------------------------------------------------------------------


def _refusal(error: HTTPError, url: str) -> DeepgradeError:
    """The service's own sentence; a response without one comes from something else."""
    try:
        data = json.loads(error.read(1 << 20))
        id, text = str(data["id"]), one_line(str(data["text"]))
    except (OSError, ValueError, KeyError, TypeError, HTTPException, RecursionError):
        return _foreign(error, url)
    if id in TOKEN_IDS:
        return UsageError("remote.token_over", url=url)
    kind = BusyError if error.code >= 500 or error.code == 429 else UsageError
    return kind("remote.said", text=text, said=id)


def _foreign(error: HTTPError, url: str) -> DeepgradeError:
    if error.code in DOWN:
        return BusyError("remote.down", url=url, status=error.code)
    if error.code == 413:
        return UsageError("remote.too_large_between", url=url)
    if 300 <= error.code < 400:
        try:
            to = urlsplit(str(error.headers.get("Location", "")))
            target = f"{to.scheme}://{to.netloc}"
        except ValueError:
            target = "://"
        if target.startswith(("http://", "https://")) and not target.endswith("://"):
            return UsageError("remote.redirected", url=url, target=one_line(target)[:200])
    return UsageError("remote.not_service", url=url, status=error.code)


def _failure(error: BaseException, url: str, timeout_s: float) -> DeepgradeError:
    """The error for a missing response."""
    inner = error.reason if isinstance(error, URLError) and isinstance(error.reason, BaseException) else error
    if isinstance(inner, TimeoutError):
        return BusyError("remote.timeout", url=url, seconds=round(timeout_s))
    if isinstance(inner, ssl.SSLCertVerificationError):
        return UsageError("remote.certificate", url=url, reason=one_line(inner.verify_message).rstrip("."))
    if isinstance(inner, ssl.SSLError) and not isinstance(inner, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return UsageError("remote.no_tls", url=url, reason=(inner.reason or "TLS").replace("_", " ").lower())
    said = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return BusyError("remote.no_connection", url=url, reason=one_line(said or type(inner).__name__).rstrip("."))


# --- transport -------------------------------------------------------------------------------------------------------


class _NoRedirects(HTTPRedirectHandler):
    """Keeps a token from being sent anywhere else."""

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> None:
        return None

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class _Patient(HTTPConnection):
    """Reads the response of a server that refuses a file and closes before the whole file is sent."""

    def send(self, data: Any) -> None:
        try:
            super().send(data)
        except (BrokenPipeError, ConnectionResetError):
            if self.sock is None:
                raise


class _PatientSecure(_Patient, HTTPSConnection):
    pass


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> Any:
        return self.do_open(_Patient, req)


class _Secure(HTTPSHandler):
    def https_open(self, req: Request) -> Any:
        return self.do_open(_PatientSecure, req, context=ssl.create_default_context())
