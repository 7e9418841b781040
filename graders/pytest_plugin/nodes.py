"""The tests of a unit: a file holds exercises, an exercise holds checks; a check requests its exercise's run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from graders.courses.course import UnitSpec
from graders.feedback.messages import language, render_message
from graders.grading.annotate import defined_at
from graders.messages.errors import DeepgradeError
from graders.practice.file import language_beside
from graders.practice.unit import find_expected
from graders.pytest_plugin.runs import Checked, runs_of
from graders.pytest_plugin.told import Told, Wrong, is_broken, passes, points_of, told_of, unfinished
from graders.pytest_plugin.units import course_of
from graders.spec import Check, Exercise
from graders.submission.definitions import definition_line

__all__ = ["CheckItem", "ExerciseNode", "UnitFile"]

MAX_TEXT = 1 << 20  # bytes of a module in which lines are looked up


class UnitFile(pytest.File):
    """A student's module or notebook of one unit."""

    def __init__(self, unit: str, **kw: Any) -> None:
        super().__init__(**kw)
        self.unit = unit

    @cached_property
    def lang(self) -> str:
        """As ``deepgrade check`` chooses it."""
        return language(self.config.getoption("deepgrade_lang"), os.environ, language_beside(self.path))

    @cached_property
    def text(self) -> str:
        """The text for looking up lines; "" for a notebook, whose cells have their own lines."""
        try:
            if self.path.suffix != ".py" or self.path.stat().st_size > MAX_TEXT:
                return ""
            return self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:  # reported when it is checked
            return ""

    def collect(self) -> Iterator[ExerciseNode]:
        try:
            spec = self._spec()
        except DeepgradeError as error:
            raise self.CollectError(render_message(error.message, self.lang)) from None
        for symbol, exercise in spec.exercises.items():
            if exercise.max_points:
                yield ExerciseNode.from_parent(self, name=symbol, exercise=exercise)

    def _spec(self) -> UnitSpec:
        course = course_of(self.path)
        find_expected(self.path, self.unit)
        return course.spec(self.unit)


class ExerciseNode(pytest.Class):
    """An exercise. The test panels of IDEs nest it like a class of tests, but this process has no such class."""

    parent: UnitFile

    def __init__(self, exercise: Exercise, **kw: Any) -> None:
        super().__init__(**kw)
        self.exercise = exercise

    def _getobj(self) -> type:
        title = self.exercise.title
        return type(self.name, (), {"__doc__": title.get(self.parent.lang) or next(iter(title.values()))})

    def collect(self) -> Iterator[CheckItem]:
        for check in self.exercise.checks:
            if check.points:
                name = f"{check.output}[{_word(check.group)}]"
                yield CheckItem.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}", check=check)

    def reportinfo(self) -> tuple[Path, int, str]:
        owner, _, method = self.exercise.symbol.partition(".")
        line = definition_line(self.parent.text, (owner, *self.exercise.aliases), (method,))
        return self.path, (line or 1) - 1, self.name


class CheckItem(pytest.Item):
    """One check: an output in one group of cases."""

    parent: ExerciseNode

    def __init__(self, check: Check, **kw: Any) -> None:
        super().__init__(**kw)
        self.check, self.exercise, self.file = check, self.parent.exercise, self.parent.parent
        cases = (case.name for case in self.exercise.cases if case.group == check.group)
        self.extra_keyword_matches.update((self.file.unit, *map(_word, cases), *self.exercise.aliases))
        self.checked: Checked | None = None

    def setup(self) -> None:
        """Run the exercise unless another check already did; faults that are not the student's end here."""
        self.checked = runs_of(self.config).of(self.file, self.exercise.symbol, self._selected)
        self.user_properties += points_of(self, self.checked)
        if is_broken(self, self.checked):
            raise Wrong(told_of(self, self.checked))

    def _selected(self) -> Iterator[str]:
        """The exercises of the same file whose checks will run; the same in every xdist worker."""
        ours = (one for one in self.session.items if isinstance(one, CheckItem))
        return (one.exercise.symbol for one in ours if one.file.path == self.file.path)

    def runtest(self) -> None:
        assert self.checked is not None
        reason = unfinished(self, self.checked)
        if reason:
            pytest.skip(reason)
        if not passes(self, self.checked):
            raise Wrong(told_of(self, self.checked))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A sentence for a person, never a traceback through the grader."""
        if isinstance(excinfo.value, Wrong):
            return excinfo.value.told
        if isinstance(excinfo.value, DeepgradeError):
            return Told.plain(self, render_message(excinfo.value.message, self.file.lang))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = defined_at(self.exercise, self.check.output, self.file.text)
        return self.path, (line or 1) - 1, f"{self.exercise.symbol}: {self.name}"


def _word(name: str) -> str:
    """A name of the course as one word, so that neither a shell nor ``-k`` splits it."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name).split())
