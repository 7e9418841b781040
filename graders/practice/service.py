"""A course's service, from a student's machine: login, submissions and their status."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request

from graders.messages.errors import UsageError
from graders.practice.connection import answer_to, opener_for

__all__ = ["Service"]

TIMEOUT_S = 30.0


class Service:
    """Calls to ``/api/v1``; any failure is one sentence: UsageError, or BusyError if trying again helps.

    Responses are not trusted: their form is checked here, and nothing else about them is assumed.
    """

    def __init__(self, url: str, token: str = "", lang: str = "en", timeout_s: float = TIMEOUT_S) -> None:
        self.url, self.token, self.lang, self.timeout_s = url, token, lang, timeout_s
        self._opener = opener_for(url)

    def require_service(self) -> None:
        """UsageError if something else answers, before anybody types a password for it."""
        try:
            Service(self.url, "", self.lang, self.timeout_s).me()
        except UsageError as error:
            if error.message_id != "remote.token_over":
                raise
        else:
            raise UsageError("remote.not_service", url=self.url, status=200)

    def log_in(self, email: str, password: str, name: str) -> str:
        """A personal token."""
        data = json.dumps({"email": email, "password": password, "name": name}).encode()
        return _text(self._object("POST", "/tokens", data, "application/json"), "token", self.url)

    def log_out(self) -> None:
        """End the token, by its key: the beginning of its SHA-256."""
        key = hashlib.sha256(self.token.encode()).hexdigest()[:12]
        self._json("DELETE", f"/tokens/{key}")

    def me(self) -> dict[str, Any]:
        """The user as ``user``, and their ``courses``."""
        found = self._object("GET", "/me")
        _text(found.get("user"), "name", self.url)
        for one in _rows(found.get("courses"), self.url):
            _text(one, "slug", self.url)
        return found

    def units(self, slug: str) -> list[str]:
        """The names of a course's units."""
        try:
            found = self._object("GET", f"/courses/{quote(slug, safe='')}")
        except UsageError as error:
            if error.params.get("said") != "api.not_found":
                raise
            raise UsageError("remote.course_closed", slug=slug[:80], url=self.url) from None
        return [_text(one, "unit", self.url) for one in _rows(found.get("units"), self.url)]

    def attempts(self, slug: str, unit: str | None = None) -> list[dict[str, Any]]:
        """The user's own submissions, newest first."""
        asked = f"?{urlencode({'unit': unit})}" if unit is not None else ""
        return _rows(self._json("GET", f"/courses/{quote(slug, safe='')}/attempts{asked}"), self.url)

    def submit(self, slug: str, unit: str, name: str, content: bytes) -> dict[str, Any]:
        """The receipt."""
        path = f"/courses/{quote(slug, safe='')}/units/{quote(unit, safe='')}/submissions"
        asked = urlencode({"file_name": name[-200:]}, errors="replace")
        return self._object("POST", f"{path}?{asked}", content, "application/octet-stream")

    def submission(self, public_id: str) -> dict[str, Any]:
        """``submission``, how many are ``ahead``, and the ``report`` if there is one."""
        found = self._object("GET", f"/submissions/{quote(public_id, safe='')}")
        _text(found.get("submission"), "state", self.url)
        return found

    def _object(self, method: str, path: str, data: bytes | None = None, kind: str = "") -> dict[str, Any]:
        found = self._json(method, path, data, kind)
        if not isinstance(found, dict):
            raise UsageError("remote.strange", url=self.url)
        return found

    def _json(self, method: str, path: str, data: bytes | None = None, kind: str = "") -> Any:
        headers = {"Accept": "application/json", "Accept-Language": self.lang, "User-Agent": "deepgrade"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Content-Type": kind} if kind else {}
        request = Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        return answer_to(self._opener, request, self.url, self.timeout_s)


def _text(data: Any, key: str, url: str) -> str:
    if not isinstance(data, dict) or not isinstance(data.get(key), str):
        raise UsageError("remote.strange", url=url)
    return str(data[key])


def _rows(data: Any, url: str) -> list[dict[str, Any]]:
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise UsageError("remote.strange", url=url)
    return data
