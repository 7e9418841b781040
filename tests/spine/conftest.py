"""A small course, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.authoring.release import release
from graders.course import Course
from tests.spine.paper import lay_course


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template") / "course"
    release(lay_course(root))
    return root


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Course:
    """One unit, scaffolded and released, to be changed at will."""
    return Course(Path(shutil.copytree(template, tmp_path / "course")))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What deepgrade notes for its user is noted for this test only."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
