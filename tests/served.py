"""``deepgrade serve`` as a process of its own, and a student who is invited to its course."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PASSWORD = "a long enough password"


@dataclass
class Served:
    """What it has said; ``url`` and ``link``, which makes the first admin, once it answers."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    admin: str = ""

    @property
    def url(self) -> str:
        return self.wait_for(r"answers at (http://[\d.:]+\d)")

    def invite(self, email: str, name: str) -> str:
        """A student with ``PASSWORD``; their first token."""
        link, api = self.wait_for(r"(http://\S+/invitation/\S+)"), f"{self.url}/api/v1"
        if not self.admin:
            words = {"token": link.rpartition("/")[2], "email": "admin@example.org", "name": "A", "password": PASSWORD}
            self.admin = httpx.post(f"{api}/invitations/accept", json=words, timeout=60).json()["token"]
        headers = {"Authorization": f"Bearer {self.admin}"}
        slug = httpx.get(f"{api}/courses", headers=headers).json()[0]["slug"]
        invited = httpx.post(f"{api}/courses/{slug}/invitations", json={"role": "student"}, headers=headers).json()
        words = {**invited, "email": email, "name": name, "password": PASSWORD}
        return str(httpx.post(f"{api}/invitations/accept", json=words, timeout=60).json()["token"])

    def wait_for(self, pattern: str) -> str:
        """What it says that fits."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = re.search(pattern, "".join(self.said))
            if found:
                return found[1]
            assert self.process.poll() is None, "".join(self.said)
            time.sleep(0.05)
        raise AssertionError("".join(self.said))


@contextlib.contextmanager
def serving(data: Path, course: Path, port: int = 0) -> Iterator[Served]:
    """One worker, until the end of the ``with``; then it was stopped as an operator does."""
    words = ["serve", "--data", str(data), "--course", str(course), "--port", str(port), "--workers", "1"]
    variables = {"XDG_STATE_HOME": str(data.parent / "state"), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "graders.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **variables},
    )
    found = Served(process)
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: found.said.extend(process.stdout or ()))
    reader.start()
    try:
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        finally:
            process.kill()
            reader.join()
            process.stdout.close()
