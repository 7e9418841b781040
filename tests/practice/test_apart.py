"""Practice on somebody else's file: nothing of it is read or parsed in this process."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.courses.course import Course
from graders.practice.file import check_file
from tests.small_course import UNIT, InProcess, right, wrong


@pytest.fixture
def parsed_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that this process, and none that it forks, has parsed."""
    plain, found, here = ast.parse, list[str](), os.getpid()

    def parse(source: Any, *args: Any, **options: Any) -> Any:
        if os.getpid() == here and isinstance(source, str):
            found.append(source)
        return plain(source, *args, **options)

    monkeypatch.setattr(ast, "parse", parse)
    return found


@pytest.mark.parametrize(("text", "verdict"), [(right, "pass"), (wrong, "fail")])
def test_check_when_apart_then_says_the_same_and_parses_nothing_here(
    course: Course, tmp_path: Path, parsed_here: list[str], text: Callable[[Course], str], verdict: str
) -> None:
    marked = text(course) + "\n# the student's\n"
    path = tmp_path / f"{UNIT}.py"
    path.write_text(marked, encoding="utf-8")
    own = check_file(InProcess(course), path, course=course.root)
    assert any("# the student's" in one for one in parsed_here)
    parsed_here.clear()
    apart = check_file(InProcess(course), path, course=course.root, apart=True)
    assert apart.verdict == verdict
    assert apart.to_dict() == own.to_dict()
    assert [one for one in parsed_here if "# the student's" in one] == []


def test_check_when_apart_and_the_file_is_no_text_then_is_rejected(course: Course, tmp_path: Path) -> None:
    path = tmp_path / f"{UNIT}.py"
    path.write_bytes(b"\xff\xfe\x00")
    assert check_file(InProcess(course), path, course=course.root, apart=True).verdict == "rejected"
