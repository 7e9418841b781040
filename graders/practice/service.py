"""A course's service, as a student's machine speaks with it: a token that is kept, a file that is handed in."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from graders.host.disk import refused_write
from graders.messages.errors import BusyError, UsageError

__all__ = ["Login", "Service", "forget_login", "load_login", "save_login", "service_url"]

TIMEOUT_S = 30.0
MOST = 64 << 20  # bytes of an answer


@dataclass(frozen=True)
class Login:
    """Where one is logged in; the token is as good as a password."""

    url: str
    token: str


def service_url(said: str, *, insecure: bool = False) -> str:
    """The service's address as it is kept. UsageError where it is none, or where others could read the token."""
    text = said.strip()
    if "://" not in text:
        text = f"https://{text}" if not _is_loopback(urlsplit(f"//{text}").hostname or "") else f"http://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or parts.username is not None:
        raise UsageError("remote.no_url", url=said[:200])
    if parts.scheme == "http" and not insecure and not _is_loopback(host):
        raise UsageError("remote.insecure", url=text)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def load_login() -> Login | None:
    """That of ``DEEPGRADE_URL`` and ``DEEPGRADE_TOKEN``, else what was kept; None where nobody is logged in."""
    url, token = os.environ.get("DEEPGRADE_URL"), os.environ.get("DEEPGRADE_TOKEN")
    if url and token:
        return Login(service_url(url, insecure=True), token)
    try:
        data = json.loads(_path().read_text(encoding="utf-8"))
        return Login(str(data["url"]), str(data["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_login(login: Login) -> Path:
    """Keep it for this user alone."""
    path = _path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{os.getpid()}")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"url": login.url, "token": login.token}, file)
        half.replace(path)
    except OSError as error:
        raise refused_write(path, error) from error
    return path


def forget_login() -> None:
    _path().unlink(missing_ok=True)


def _path() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "deepgrade" / "login.json"


class Service:
    """Calls of ``/api/v1``; whatever goes wrong is one sentence: UsageError, or BusyError where trying again helps."""

    def __init__(self, url: str, token: str = "", lang: str = "en", timeout_s: float = TIMEOUT_S) -> None:
        self.url, self.token, self.lang, self.timeout_s = url, token, lang, timeout_s
        self._opener = _opener(url)

    def log_in(self, email: str, password: str, name: str) -> str:
        """A personal token."""
        data = json.dumps({"email": email, "password": password, "name": name}).encode()
        return str(self._json("POST", "/tokens", data, "application/json")["token"])

    def me(self) -> dict[str, Any]:
        return self._object("/me")

    def course(self, slug: str) -> dict[str, Any]:
        """The map: units, and how far one has come."""
        return self._object(f"/courses/{quote(slug, safe='')}")

    def attempts(self, slug: str) -> list[dict[str, Any]]:
        return [*self._json("GET", f"/courses/{quote(slug, safe='')}/attempts")]

    def submit(self, slug: str, unit: str, name: str, content: bytes) -> dict[str, Any]:
        """The receipt."""
        path = f"/courses/{quote(slug, safe='')}/units/{quote(unit, safe='')}/submissions"
        return dict(self._json("POST", f"{path}?{urlencode({'file_name': name})}", content, "application/octet-stream"))

    def submission(self, public_id: str) -> dict[str, Any]:
        return self._object(f"/submissions/{quote(public_id, safe='')}")

    def _object(self, path: str) -> dict[str, Any]:
        return dict(self._json("GET", path))

    def _json(self, method: str, path: str, data: bytes | None = None, kind: str = "") -> Any:
        headers = {"Accept": "application/json", "Accept-Language": self.lang, "User-Agent": "deepgrade"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Content-Type": kind} if kind else {}
        request = Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with self._opener.open(request, timeout=self.timeout_s) as answer:
                return self._answered(answer)
        except HTTPError as error:
            with error:
                raise self._said(error) from None
        except (URLError, OSError, HTTPException, ssl.SSLError) as error:
            raise BusyError("remote.no_connection", url=self.url, reason=_reason(error)) from None

    def _answered(self, answer: HTTPResponse) -> Any:
        try:
            return json.loads(answer.read(MOST))
        except ValueError:
            raise UsageError("remote.not_service", url=self.url) from None

    def _said(self, error: HTTPError) -> UsageError | BusyError:
        """The service's own sentence; what has no such form comes from somebody else."""
        try:
            data: Mapping[str, Any] = json.loads(error.read(1 << 20))
            id, text = str(data["id"]), str(data["text"])
        except (OSError, ValueError, KeyError, TypeError, HTTPException):
            if error.code in (502, 503, 504):
                return BusyError("remote.no_connection", url=self.url, reason=f"HTTP {error.code}")
            return UsageError("remote.not_service", url=self.url)
        if id in ("api.token_over", "api.no_token"):
            return UsageError("remote.token_over", url=self.url)
        said = _one_line(text)
        busy = error.code >= 500 or error.code == 429
        return BusyError("remote.said", text=said) if busy else UsageError("remote.said", text=said)


class _NoRedirects(HTTPRedirectHandler):
    """A token goes where it was sent, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _opener(url: str) -> OpenerDirector:
    host = urlsplit(url).hostname or ""
    return build_opener(_NoRedirects, *((ProxyHandler({}),) if _is_loopback(host) else ()))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(error: BaseException) -> str:
    inner = error.reason if isinstance(error, URLError) else error
    if isinstance(inner, TimeoutError | socket.timeout):
        return "timeout"
    said = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return _one_line(said or type(inner).__name__).rstrip(".")


def _one_line(text: str) -> str:
    """For a terminal: nothing in it moves the cursor."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:1000]
