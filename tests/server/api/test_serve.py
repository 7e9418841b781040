"""``deepgrade serve`` as a process of its own: from the invitation to the result, and to its end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import graders
from graders.courses.course import Course
from graders.server.operation.demo import fill
from graders.server.store.courses import add_course
from graders.server.store.engine import Store
from graders.server.store.people import log_in
from graders.server.store.work import attempts
from tests.served import Served, serving
from tests.small_course import UNIT, right, wrong

pytestmark = pytest.mark.slow

PASSWORD = "a long enough password"


def deepgrade(*words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command with the user's folders in ``folder``."""
    homes = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "graders.cli", *words]
    options = {"capture_output": True, "text": True, "timeout": 120}
    return subprocess.run(command, env={**os.environ, **homes, **variables}, cwd=folder, **options)


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Course:
    """The small one, on disk."""
    return Course(Path(shutil.copytree(template, tmp_path / "course")))


@pytest.fixture
def service(course: Course, tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "data", course.root) as found:
        yield found


def test_service_when_started_then_a_student_gets_from_the_invitation_to_the_result(
    service: Served, course: Course, tmp_path: Path
) -> None:
    link = service.wait_for(r"(http://\S+/invitation/\S+)")
    url = service.wait_for(r"answers at (http://[\d.:]+\d)")
    api = f"{url}/api/v1"
    words = {"token": link.rpartition("/")[2], "email": "admin@example.org", "name": "Admin", "password": PASSWORD}
    admin = httpx.post(f"{api}/invitations/accept", json=words, timeout=30).json()["token"]
    headers = {"Authorization": f"Bearer {admin}"}
    slug = httpx.get(f"{api}/courses", headers=headers).json()[0]["slug"]
    invited = httpx.post(f"{api}/courses/{slug}/invitations", json={"role": "student"}, headers=headers).json()
    words = {**invited, "email": "kim@example.org", "name": "Kim Minji", "password": PASSWORD}
    token = httpx.post(f"{api}/invitations/accept", json=words, timeout=30).json()["token"]
    config = tmp_path / "config" / "deepgrade" / "login.json"

    from graders.practice.service import Service

    assert Service(url).log_in("kim@example.org", PASSWORD, "terminal").startswith("dg_")
    kim = {"DEEPGRADE_URL": url, "DEEPGRADE_TOKEN": token}
    for text, code in ((right(course), 0), (wrong(course), 1)):
        (tmp_path / f"{UNIT}.py").write_text(text, encoding="utf-8")
        done = deepgrade("submit", f"{UNIT}.py", "--wait", "--lang", "en", folder=tmp_path, **kim)
        assert (done.returncode, done.stderr) == (code, ""), done.stdout
        assert "Receipt" in done.stdout
    listed = deepgrade("status", "--lang", "en", folder=tmp_path, **kim).stdout.splitlines()
    assert [line.split("  ")[2] for line in listed] == ["#2", "#1"]
    assert "passed" in listed[1]
    assert not config.exists()
    assert "Kim" not in "".join(service.said)  # the log is without names
    assert token not in "".join(service.said)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0
    assert '"stopped"' in "".join(service.said)


def test_service_when_it_cannot_start_then_one_sentence(course: Course, tmp_path: Path) -> None:
    given = ("serve", "--course", str(course.root), "--lang", "en")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = deepgrade(*given, "--data", str(tmp_path / "data"), "--port", port, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Another program is already listening" in done.stderr
    (tmp_path / "file").write_text("")
    done = deepgrade(*given, "--data", str(tmp_path / "file" / "data"), folder=tmp_path)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    done = deepgrade(*given, "--data", str(tmp_path / "data"), "--sandbox", "none", folder=tmp_path)
    assert done.returncode == 3
    assert "without a sandbox" in done.stderr


def test_demo_when_filled_then_every_student_has_a_login_and_work_that_waits(store: Store, course: Course) -> None:
    added = add_course(store, "dl", str(course.root))
    logins = fill(store, added)
    folders = sorted(path.name for path in (Path(graders.__file__).parents[1] / "tests" / "class").iterdir())
    assert [one.email for one in logins] == ["staff@example.org", *(f"{name}@example.org" for name in folders)]
    assert log_in(store, logins[1].email, logins[1].password) is not None
    assert len({one.user_id for one in attempts(store, added.id)}) > len(folders) / 2
