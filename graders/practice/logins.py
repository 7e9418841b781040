"""The user's logins: addresses of services and their tokens, stored for this user only."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from graders.host.disk import refused_write, write_file
from graders.messages.errors import DiskError, UsageError
from graders.practice.opened import own_folder

__all__ = [
    "Login",
    "Remembered",
    "forget_login",
    "is_loopback",
    "known_logins",
    "login_for",
    "remember",
    "remembered",
    "save_login",
    "service_url",
]

PLACE = "service.json"  # in a homework folder: where its work is submitted
LARGEST = 1 << 20  # bytes


@dataclass(frozen=True)
class Login:
    """A login to a service; the token is as good as a password."""

    url: str
    token: str


@dataclass(frozen=True)
class Remembered:
    """The service and the course of a homework folder; "" if there is none yet."""

    url: str = ""
    course: str = ""


def service_url(said: str, *, insecure: bool = False) -> str:
    """The service's normalized URL. UsageError if it is invalid, or if others could read the token."""
    text = said.strip()
    try:
        if "://" not in text:
            text = f"http://{text}" if is_loopback(urlsplit(f"//{text}").hostname or "") else f"https://{text}"
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError("remote.no_url", url=said[:200]) from None
    odd = parts.username is not None or not text.isprintable() or " " in text
    if not host or odd or parts.scheme not in ("http", "https"):
        raise UsageError("remote.no_url", url=said[:200])
    if parts.scheme == "http" and not insecure and not is_loopback(host):
        raise UsageError("remote.insecure", url=text)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# --- logins ----------------------------------------------------------------------------------------------------------


def known_logins() -> tuple[Login, ...]:
    """The login from ``DEEPGRADE_URL`` and ``DEEPGRADE_TOKEN``, else the stored ones, latest first."""
    url, token = os.environ.get("DEEPGRADE_URL"), os.environ.get("DEEPGRADE_TOKEN")
    if url and token:
        return (Login(service_url(url, insecure=True), token.strip()),)
    return tuple(Login(url, token) for url, token in _kept().items())


def login_for(server: str | None, start: Path) -> Login:
    """The login at ``server``, else the one used for the work at ``start``, else the latest. UsageError if none."""
    known = known_logins()
    if server is not None:
        wanted = service_url(server, insecure=True)
        found = next((one for one in known if one.url == wanted), None)
        if found is None:
            raise UsageError("remote.no_login_at", url=wanted)
        return found
    if not known:
        raise UsageError("remote.no_login")
    usual = remembered(start).url
    return next((one for one in known if one.url == usual), known[0])


def save_login(login: Login) -> Path:
    """Store the login for this user only, beside those at other services; it becomes the latest."""
    return _keep({login.url: login.token, **{url: token for url, token in _kept().items() if url != login.url}})


def forget_login(url: str) -> None:
    """Delete the login from the store."""
    left = {one: token for one, token in _kept().items() if one != url}
    if left:
        _keep(left)
    else:
        _path().unlink(missing_ok=True)


def _keep(logins: Mapping[str, str]) -> Path:
    path = _path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{os.getpid()}")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"schema": 2, "logins": [{"url": url, "token": token} for url, token in logins.items()]}, file)
        half.replace(path)
    except OSError as error:
        raise refused_write(path, error) from error
    return path


def _kept() -> dict[str, str]:
    """URL → token, latest first; empty if the file is not one of ours."""
    try:
        data = json.loads(_path().read_text(encoding="utf-8"))
        found = data.get("logins", [data])  # an earlier version stored only one
        return {str(one["url"]): str(one["token"]) for one in found}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _path() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "deepgrade" / "login.json"


# --- the service of a homework folder --------------------------------------------------------------------------------


def remembered(start: Path) -> Remembered:
    """Where the work at ``start`` was last submitted. It only chooses among the user's own logins and courses."""
    path = own_folder(start) / PLACE
    try:
        if path.stat().st_size > LARGEST:
            return Remembered()
        data = json.loads(path.read_bytes())
        return Remembered(str(data["url"]), str(data["course"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Remembered()


def remember(start: Path, url: str, course: str) -> None:
    """Submit the work at ``start`` there from now on; if that cannot be stored, the user is asked again."""
    if remembered(start) != Remembered(url, course):
        text = json.dumps({"schema": 1, "url": url, "course": course})
        with contextlib.suppress(DiskError):
            write_file(own_folder(start) / PLACE, text.encode())
