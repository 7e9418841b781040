"""The service's settings: command-line options, else environment variables, else defaults for one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.messages.errors import UsageError

__all__ = ["Settings", "settings_from"]

DATABASE = "deepgrade.db"  # in the data folder
MOST_WORKERS = 256


@dataclass(frozen=True)
class Settings:
    """``data`` is the only folder the service writes to; ``address`` is (host, port).

    ``sandbox`` is a name that ``--sandbox`` accepts. ``grace_s`` is how long a stop waits for grading in progress.
    """

    data: Path
    database: str
    address: tuple[str, int] = ("127.0.0.1", 8000)
    workers: int = 1
    sandbox: str = "auto"
    grace_s: float = 20.0
    demo: bool = False


def settings_from(options: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Each setting from ``options`` (None: not given), else from DEEPGRADE_DATA and its siblings.

    A database URL with a password comes from the file named by DEEPGRADE_DATABASE_FILE, or from DEEPGRADE_DATABASE:
    everybody on the machine can read a command line.
    """
    given = {name: value for name, value in options.items() if value is not None}
    state = Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    data = Path(given.get("data") or environment.get("DEEPGRADE_DATA") or state / "deepgrade" / "service").absolute()
    return Settings(
        data,
        _database(data, environment),
        _address(str(given.get("address") or environment.get("DEEPGRADE_ADDRESS") or "127.0.0.1:8000")),
        _workers(given.get("workers", environment.get("DEEPGRADE_WORKERS") or _cores())),
        str(given.get("sandbox") or environment.get("DEEPGRADE_SANDBOX") or "auto"),
        demo=bool(given.get("demo", False)),
    )


def _database(data: Path, environment: Mapping[str, str]) -> str:
    named = environment.get("DEEPGRADE_DATABASE_FILE")
    if not named:
        return environment.get("DEEPGRADE_DATABASE") or f"sqlite:///{data / DATABASE}"
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        expected = "a readable file that holds the database's URL"
        raise UsageError("server.setting", name="DEEPGRADE_DATABASE_FILE", value=named, expected=expected) from None


def _address(said: str) -> tuple[str, int]:
    host, colon, port = said.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise UsageError("server.setting", name="DEEPGRADE_ADDRESS", value=said, expected="host:port")
    return host.strip("[]") or "0.0.0.0", int(port)


def _workers(said: Any) -> int:
    if not str(said).isdecimal() or not 1 <= int(said) <= MOST_WORKERS:
        raise UsageError("server.setting", name="DEEPGRADE_WORKERS", value=str(said), expected=f"1 to {MOST_WORKERS}")
    return int(said)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
