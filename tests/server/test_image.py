"""The image of the service and the compose file, as they run: built without a registry, started by Docker.

What compose.yaml says of a container is what it is started with here, but for the network: there may be no bridge.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from graders.courses.course import Course
from tests.small_course import UNIT, lay_course, right, wrong

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("image")]

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker" / "compose.yaml"
IMAGES = {"service": "deepgrade-service", "database": "deepgrade-postgres"}
REQUIRED = "docker" in os.environ.get("DEEPGRADE_TEST_ENGINES", "").split(",")
PASSWORD = "a long enough password"


def docker(*words: str, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=timeout, check=False)
    assert not check or done.returncode == 0, f"docker {' '.join(words)}: {done.stdout}{done.stderr}"
    return done


@pytest.fixture(scope="module", autouse=True)
def images() -> None:
    """Both, of what is in the repository now; DEEPGRADE_TEST_IMAGES says that they have been built of it."""
    if shutil.which("docker") is None or docker("version", check=False).returncode:
        if REQUIRED:
            pytest.fail("Docker does not answer, and DEEPGRADE_TEST_ENGINES names it")
        pytest.skip("Docker does not answer")
    for name in ("service", "postgres") if not os.environ.get("DEEPGRADE_TEST_IMAGES") else ():
        done = subprocess.run(
            [ROOT / "docker" / "build", name], capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A small one, to be read by whoever is in the container."""
    folder = tmp_path_factory.mktemp("course")
    folder.chmod(0o755)
    for parent in folder.parents[:2]:  # pytest's own, which only we may enter
        parent.chmod(0o711)
    return lay_course(folder)


@dataclass
class Project:
    """What one ``docker compose up`` would make, under names of its own."""

    name: str
    folder: Path
    course: Path
    port: int
    containers: list[str] = field(default_factory=list)

    @property
    def spec(self) -> dict[str, Any]:
        text = COMPOSE.read_text(encoding="utf-8")
        known = {"DEEPGRADE_COURSE": str(self.course), "DEEPGRADE_SECRETS": str(self.folder)}
        return yaml.safe_load(re.sub(r"\$\{(\w+):[-?]([^}]*)\}", lambda found: known.get(found[1], found[2]), text))

    def options(self, service: str, *left_out: str) -> list[str]:
        """What ``docker run`` takes for a service of the compose file; every key that it has must be known here."""
        one, words = dict(self.spec["services"][service]), []
        for key in ("image", "depends_on", "ports", "network_mode", "restart", "stop_grace_period", "command"):
            one.pop(key, None)  # what the tests do themselves
        words += ["--read-only"] if one.pop("read_only") else []
        for name, option in (("tmpfs", "tmpfs"), ("cap_drop", "cap-drop"), ("security_opt", "security-opt")):
            words += [f"--{option}={value}" for value in one.pop(name) if value not in left_out]
        words += [f"--env={name}={value}" for name, value in one.pop("environment").items()]
        for volume in one.pop("volumes"):
            source, _, rest = volume.partition(":")
            words.append(f"--volume={source if source.startswith('/') else f'{self.name}-{source}'}:{rest}")
        for secret in one.pop("secrets"):
            words.append(f"--volume={self.spec['secrets'][secret]['file']}:/run/secrets/{secret}:ro")
        for key, option in (
            ("user", "user"),
            ("mem_limit", "memory"),
            ("pids_limit", "pids-limit"),
            ("shm_size", "shm-size"),
        ):
            words += [f"--{option}={one.pop(key)}"] if key in one else []
        health = one.pop("healthcheck", None)
        words += ["--health-interval=1s", *([f"--health-cmd={' '.join(health['test'][1:])}"] if health else [])]
        assert not one, f"this test does not know {sorted(one)}"
        return [word.replace("seccomp=./", f"seccomp={COMPOSE.parent}/") for word in words]

    def run(self, service: str, *more: str, command: tuple[str, ...] = (), detach: bool = True) -> str:
        """Start it; the container's name, or what it printed."""
        name = f"{self.name}-{service}"
        how = ["--detach", "--name", name] if detach else ["--rm"]
        self.containers += [name] if detach else []
        done = docker("run", *how, *self.options(service), *more, IMAGES[service], *command, check=detach)
        return name if detach else done.stdout + done.stderr

    def close(self) -> None:
        for name in self.containers:
            docker("rm", "--force", "--volumes", name, check=False)
        for volume in self.spec["volumes"]:
            docker("volume", "rm", "--force", f"{self.name}-{volume}", check=False)


@pytest.fixture
def project(course: Course, tmp_path: Path) -> Iterator[Project]:
    password = secrets.token_urlsafe(24)
    for name, text in {
        "database_password": password,
        "database_url": f"postgresql+psycopg://deepgrade:{password}@/deepgrade?host=/var/run/postgresql",
    }.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o644)  # as compose hands them on: by the folder only its owner reaches them
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Project(f"deepgrade-test-{secrets.token_hex(4)}", tmp_path, course.root, port)
    yield made
    made.close()


def until(true: Callable[[], Any], name: str, seconds: float = 150) -> Any:
    """What comes true in time; else what the container of this name has said."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(logs(name))


def logs(name: str) -> str:
    done = docker("logs", name)
    return done.stdout + done.stderr


def health(name: str) -> str:
    return docker("inspect", "--format", "{{.State.Health.Status}}", name).stdout.strip()


def serving(project: Project, *more: str) -> tuple[str, httpx.Client]:
    """The service in its container, healthy; and who asks it."""
    address = ("--network=host", f"--env=DEEPGRADE_ADDRESS=127.0.0.1:{project.port}", "--env=DEEPGRADE_WORKERS=1")
    name = project.run("service", *address, *more)
    until(lambda: health(name) == "healthy", name)
    return name, httpx.Client(base_url=f"http://127.0.0.1:{project.port}", timeout=30)


def student_of(name: str, client: httpx.Client) -> dict[str, str]:
    """The way of a first evening: the link in the log, an admin, an invitation, a student's token."""
    link = re.search(r"http://\S+(/invitation/\S+)", logs(name))
    assert link is not None, logs(name)
    sent = {"email": "root@example.org", "name": "Root", "password": PASSWORD, "again": PASSWORD}
    assert client.post(link[1], data=sent).status_code == 303
    client.cookies.clear()
    admin = client.post("/api/v1/tokens", json={"email": "root@example.org", "password": PASSWORD}).json()["token"]
    asked = {"Authorization": f"Bearer {admin}"}
    invited = client.post("/api/v1/courses/deepgrade/invitations", json={"role": "student"}, headers=asked).json()
    joined = {"token": invited["token"], "email": "kim@example.org", "name": "Kim", "password": PASSWORD}
    return {"Authorization": f"Bearer {client.post('/api/v1/invitations/accept', json=joined).json()['token']}"}


def hand_in(client: httpx.Client, student: dict[str, str], text: str) -> str:
    path = f"/api/v1/courses/deepgrade/units/{UNIT}/submissions"
    answer = client.post(path, content=text.encode(), headers=student)
    assert answer.status_code == 201, answer.text
    return answer.json()["public_id"]


def verdict(client: httpx.Client, student: dict[str, str], public_id: str) -> str | None:
    found: str | None = client.get(f"/api/v1/submissions/{public_id}", headers=student).json()["submission"]["verdict"]
    return found


def test_image_when_looked_into_then_no_tool_no_reference_and_no_root(project: Project, tmp_path: Path) -> None:
    told = json.loads(docker("image", "inspect", IMAGES["service"]).stdout)[0]["Config"]
    assert told["User"] == "64100:64100"
    assert told["Healthcheck"]["Test"][0] == "CMD"
    assert told["ExposedPorts"] == {"8000/tcp": {}}
    name = f"{project.name}-look"
    docker("create", "--name", name, IMAGES["service"])
    project.containers.append(name)
    docker("export", "--output", str(tmp_path / "files.tar"), name)
    with tarfile.open(tmp_path / "files.tar") as files:
        names = {one.name: one for one in files}
    programs = {
        Path(one).name for one in names if re.match(r"(usr/)?s?bin/\w|usr/local/s?bin/\w|opt/deepgrade/bin/", one)
    }
    assert programs == {"python3.11", "bwrap", "tini", "python", "deepgrade", "healthy.py"}
    assert not [one for one in names if re.search(r"(^|/)(pip|setuptools|node_modules|gcc)(/|$)", one)]
    assert not [one for one in names if re.search(r"(reference|u\d\d_\w+)/(solution|answers)|misconceptions\.py", one)]
    assert not [one for one, entry in names.items() if entry.mode & 0o6000]
    assert any("static/bundle/editor.js" in one for one in names)
    writable = {one for one, entry in names.items() if entry.isreg() and (entry.uid or entry.mode & 0o002)}
    assert writable == set()


def test_doctor_when_run_as_compose_says_then_every_required_limit_holds(project: Project) -> None:
    said = project.run("service", "--network=none", command=("doctor", "--sandbox", "bubblewrap"), detach=False)
    rows = dict(re.findall(r"(?m)^(\w+) +(✓|✗)(?: NO)? +●", said))
    assert len(rows) >= 11, said
    assert set(rows.values()) == {"✓"}, said


@pytest.mark.parametrize("left_out", ["seccomp=./service-seccomp.json", "systempaths=unconfined"])
def test_service_when_an_option_is_missing_then_it_does_not_start(left_out: str, project: Project) -> None:
    words = project.options("service", left_out)
    without_database = [word for word in words if "DATABASE_FILE" not in word]
    done = docker("run", "--rm", "--network=none", *without_database, IMAGES["service"], check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "sandbox" in done.stderr
    assert "invitation" not in done.stdout


def test_service_when_restarted_then_everything_is_kept_and_it_stops_gracefully(
    project: Project, course: Course
) -> None:
    database = project.run("database", "--network=none", command=("postgres", "-c", "listen_addresses="))
    until(lambda: health(database) == "healthy", database)
    name, client = serving(project)
    with client:
        student = student_of(name, client)
        first = hand_in(client, student, right(course))
        assert until(lambda: verdict(client, student, first), name) == "pass"
        report = client.get(f"/api/v1/submissions/{first}", headers=student).json()["report"]
        docker("restart", "--time", "40", database)  # the service finds it again
        until(lambda: health(database) == "healthy", database)
        last = hand_in(client, student, wrong(course))
        begun = time.monotonic()
        docker("stop", "--time", "40", name)
        assert time.monotonic() - begun < 25
        state = json.loads(docker("inspect", "--format", "{{json .State}}", name).stdout)
        assert (state["ExitCode"], state["OOMKilled"]) == (0, False), logs(name)
        docker("start", name)
        until(lambda: health(name) == "healthy", name)
        assert until(lambda: verdict(client, student, last), name) == "fail"
        again = client.get(f"/api/v1/submissions/{first}", headers=student).json()["report"]
        assert again == report
        assert client.get("/api/v1/courses/deepgrade/attempts", headers=student).json()[0]["attempt"] == 2


def test_service_when_killed_with_sqlite_then_the_volume_has_all_of_it(project: Project, course: Course) -> None:
    plain = ("--env=DEEPGRADE_DATABASE_FILE=",)
    name, client = serving(project, *plain)
    with client:
        student = student_of(name, client)
        waiting = [hand_in(client, student, f"{right(course)}\n# {number}\n") for number in range(3)]
        docker("kill", name)
        docker("start", name)
        until(lambda: health(name) == "healthy", name)
        for one in waiting:
            assert until(lambda one=one: verdict(client, student, one), name) == "pass"
        left = docker(
            "exec", name, "/opt/deepgrade/bin/python", "-c", "import os; print(sorted(os.listdir('/proc')))"
        ).stdout
        assert len(re.findall(r"'\d+'", left)) < 12, left
