"""What every test has: reports that fit graders/report.schema.json, a state folder of its own, a small course."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import graders
from graders.authoring.release import release
from graders.courses.course import Course
from graders.reports.report import Report, ReportWords
from tests.small_course import lay_course

SCHEMA = Path(graders.__file__).with_name("report.schema.json")


@lru_cache(maxsize=2)
def _validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator

    described = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(described)
    return Draft202012Validator(described | {"oneOf": [{"$ref": f"#/$defs/{kind}"}]})  # one kind: exact complaints


def validate(data: dict[str, Any]) -> None:
    """Refuse what is neither a report nor a class of them."""
    kind = "class" if "submissions" in data else "report"
    written = json.loads(json.dumps(data, default=str))
    faults = [f"{error.json_path}: {error.message}"[:300] for error in _validator(kind).iter_errors(written)]
    assert not faults, faults


@pytest.fixture(autouse=True, scope="session")
def _reports_are_valid() -> Iterator[None]:
    plain = Report.to_dict

    def validated(report: Report, words: ReportWords | None = None) -> dict[str, Any]:
        data = plain(report, words)
        validate(data)
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Report, "to_dict", validated)
        yield


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What deepgrade notes for its user is noted for this test only."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, made once and copied for each test."""
    root = tmp_path_factory.mktemp("template") / "course"
    release(lay_course(root))
    return root


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Course:
    """One unit, scaffolded and released, to be changed at will."""
    return Course(Path(shutil.copytree(template, tmp_path / "course")))
