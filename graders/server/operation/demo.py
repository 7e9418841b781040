"""A demo class: this repository's sample students, their logins and their submissions."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from graders.host.trust import installation
from graders.messages.errors import UsageError
from graders.server.store.courses import Course, set_role
from graders.server.store.engine import Store
from graders.server.store.people import add_user
from graders.server.store.queue import Work, hand_in

__all__ = ["DemoLogin", "fill"]

STAFF = "staff@example.org"


@dataclass(frozen=True)
class DemoLogin:
    email: str
    password: str
    role: str


def fill(store: Store, course: Course, folder: Path | None = None) -> list[DemoLogin]:
    """Add an instructor and a student for each subfolder of ``folder``, with the files there submitted."""
    root = folder or installation() / "tests" / "class"
    if not root.is_dir():
        raise UsageError("server.no_class", path=str(root))
    logins = [_added(store, course, STAFF, "Staff", "instructor")[0]]
    for home in sorted(path for path in root.iterdir() if path.is_dir()):
        name = " ".join(part.capitalize() for part in home.name.split("-"))
        login, user_id = _added(store, course, f"{home.name}@example.org", name, "student")
        logins.append(login)
        for file in sorted(home.glob("*.py")):
            with contextlib.suppress(UsageError):  # an empty file, as every class has one
                hand_in(store, Work(course.id, user_id, file.stem, file.name, file.read_bytes()))
    return logins


def _added(store: Store, course: Course, email: str, name: str, role: str) -> tuple[DemoLogin, int]:
    password = secrets.token_urlsafe(9)
    user = add_user(store, email, name, password)
    set_role(store, course.id, user.id, "instructor" if role == "instructor" else "student")
    return DemoLogin(email, password, role), user.id
