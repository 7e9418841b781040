"""Leaks: a piece of a solution in a public file is found wherever it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.authoring.leaks import leaks, public_files
from graders.courses.course import Course
from tests.small_course import UNIT, edit, solution_of

LINE = "        return self.a * x + np.zeros_like(x) * self.a.sum()"


@pytest.fixture
def telling(course: Course) -> Course:
    """The course with an answer that is long enough to tell something."""
    edit(solution_of(course), "        return self.a * x", LINE)
    return course


def found(course: Course) -> list[tuple[str, str]]:
    return sorted({(leak.file, leak.unit) for leak in leaks(course, course.units)})


def test_leaks_when_the_course_is_as_made_then_there_are_none(telling: Course) -> None:
    assert found(telling) == []


def as_notebook(line: str) -> str:
    cell = {"cell_type": "code", "source": ["%load_ext graders\n", "def f(self, x):\n", line + "\n"]}
    return json.dumps({"cells": [cell]}, indent=1)


PLANTS: dict[str, Callable[[str], str]] = {
    "assignments/u99_topic/u99_topic.py": lambda line: "class A:\n    def f(self, x):\n" + line + "\n",
    "assignments/u99_topic/u99_topic.ko.ipynb": as_notebook,
    "docs/authoring.md": lambda line: f"For example:\n\n```python\n{line}   \n```\n",
    "docker/notes.txt": lambda line: line.replace(" * ", "*"),
    "README.md": lambda line: line + "  # the answer\n",
    "graders/templates/page.html": lambda line: line.strip(),
}


@pytest.mark.parametrize("name", PLANTS)
def test_leak_when_a_line_is_planted_then_its_file_is_named(telling: Course, name: str) -> None:
    path = telling.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PLANTS[name](LINE), encoding="utf-8")
    assert found(telling) == [(name, UNIT)]


def test_expression_laid_out_anew_is_found(telling: Course) -> None:
    text = "def f(self, x):\n    y = (\n        self.a * x\n        + np.zeros_like(x)\n        * self.a.sum()\n    )\n"
    (telling.root / "docs").mkdir()
    (telling.root / "docs" / "example.py").write_text(text)
    assert found(telling) == [("docs/example.py", UNIT)]


def test_magics_do_not_hide_a_leak_in_a_cell(telling: Course) -> None:
    source = ["%check Scale\n", "y = (self.a * x\n", "  + np.zeros_like(x) * self.a.sum())\n"]
    path = telling.root / "docs" / "tour.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": source}]}))
    assert found(telling) == [("docs/tour.ipynb", UNIT)]


def test_what_stub_or_probe_show_is_no_leak(telling: Course) -> None:
    edit(solution_of(telling), '    """y = a·x', f'    """\n{LINE}\n\n    y = a·x')
    (telling.root / "README.md").write_text(LINE)
    assert [leak.text for leak in leaks(telling, telling.units) if "\n" in leak.text or " " not in leak.text] == []


@pytest.mark.parametrize("text", ["def f(:\n", "\0", "", '{"cells": 3}', "not json"])
@pytest.mark.parametrize("name", ["odd.py", "odd.ipynb"])
def test_damaged_public_file_does_not_stop_the_search(telling: Course, name: str, text: str) -> None:
    (telling.root / "docs").mkdir()
    (telling.root / "docs" / name).write_text(text)
    (telling.root / "README.md").write_text(LINE)
    assert found(telling) == [("README.md", UNIT)]


def test_staff_folders_are_not_public(telling: Course) -> None:
    names = {path.relative_to(telling.root).parts[0] for path in public_files(telling.root)}
    assert names == {"assignments", "graders"}


def test_reference_and_tests_of_this_repository_are_not_public() -> None:
    root = Path(__file__).parents[2]
    tops = {path.relative_to(root).parts[0] for path in public_files(root)}
    assert {"assignments", "graders", "README.md"} <= tops
    assert not {"reference", "tests"} & tops
