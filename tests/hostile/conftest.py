"""What every attack is graded with: a small course, the real sandbox, a host full of things to find."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.grading.secret import Secret
from graders.grading.setup import Setup
from graders.sandbox.backends import backend_by_name

from .invariants import Host
from .weakened import Weakened
from .world import COURSE, VARIABLE, World

COURSE_SECRET = "the secret of the hostile course, 5f1c"
HOST_SECRET = "a-secret-of-the-host-93ab51"
RANGE, RANGES = 40, 24
BACKEND = "DEEPGRADE_HOSTILE_BACKEND"  # the library against another sandbox: docker, podman


class Setups:
    """Setups by the limits of a case; one backend, answers computed once."""

    def __init__(self) -> None:
        self.backend = backend_by_name(os.environ.get(BACKEND, "bubblewrap"))
        self._kept: dict[tuple[tuple[str, float], ...], Setup] = {}

    def of(self, **limits: float) -> Setup:
        key = tuple(sorted(limits.items()))
        if key not in self._kept:
            course = Course(COURSE)
            for unit in course.units:
                spec = course.spec(unit)
                changed = {name: replace(one, **limits) for name, one in spec.exercises.items()}
                course._specs[unit] = replace(spec, exercises=changed)
            self._kept[key] = Setup(course, self.backend, Secret(COURSE_SECRET.encode()), Answers(course))
        return self._kept[key]


@contextmanager
def own_range() -> Iterator[int]:
    """The number of a range of uids that no other test process on this machine uses now."""
    for place in range(RANGES):
        with open(Path(tempfile.gettempdir()) / f"deepgrade-tests-{place}.lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield place
            return
    raise AssertionError(f"all {RANGES} ranges of uids are in use")


@pytest.fixture(scope="session")
def setups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setups]:
    """Uids of our own, so that what is left behind is ours and nobody else's."""
    with own_range() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr("graders.sandbox.slots.FIRST_UID", 64_500 + RANGE * place)
        patch.setattr("graders.sandbox.slots.SLOTS", RANGE)
        patch.setenv(VARIABLE, HOST_SECRET)
        found = Setups()
        found.backend.check()
        yield found


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    planted = World(tmp_path_factory.mktemp("host"), HOST_SECRET)
    yield planted
    planted.close()


@pytest.fixture(scope="session")
def weakened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weakened]:
    process = Weakened(tmp_path_factory.mktemp("weakened"))
    yield process
    process.close()


@pytest.fixture
def host(world: World, setups: Setups, weakened: Weakened) -> Host:
    """The host as it was before the test."""
    return Host(world.token, weakened.process.pid)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where an upload is laid out."""
    return tmp_path / "upload"
