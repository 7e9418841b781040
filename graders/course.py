"""A course on disk: which units it has, their exercises, their references, their lessons.

Units are found by folder and file name and never listed. Reference modules are loaded by path, never imported by name.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import linecache
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.errors import CourseError, DeepgradeError, UsageError
from graders.near import close, near, suggested
from graders.spec import LANGUAGES, Exercise, SpecError, Unit
from graders.trust import course_to_grade, named_course

__all__ = ["UNIT_NAME", "Course", "UnitSpec", "execute_source", "find_course", "load_unit_spec"]

UNIT_NAME = re.compile(r"u\d\d_[a-z0-9_]+")
PACKAGED = Path(__file__).parent / "exercises"


@dataclass(frozen=True)
class UnitSpec:
    """The public side of a unit: its words and exercises, and the text the guest is given."""

    unit: str
    about: Unit
    exercises: Mapping[str, Exercise]
    source: str
    path: Path

    def exercise(self, symbol: str) -> Exercise:
        if symbol not in self.exercises:
            raise UsageError(
                f"Unit {self.unit} has no exercise {symbol!r}; it has {', '.join(self.exercises)}.",
                near(symbol, self.exercises),
                message_id="usage.no_exercise_in_unit",
                unit=self.unit,
                symbol=symbol,
                known=", ".join(self.exercises),
                near=suggested(close(symbol, self.exercises)),
            )
        return self.exercises[symbol]


@dataclass
class Course:
    """Where a course lies: ``root`` holds ``reference/`` (staff) and ``assignments/``; practice needs neither."""

    root: Path
    name: str = "deepgrade"  # part of every hidden seed: two courses with one secret differ
    _specs: dict[str, UnitSpec] = field(default_factory=dict, repr=False)
    _references: dict[str, ModuleType] = field(default_factory=dict, repr=False)

    @staticmethod
    def find(named: Path | None = None) -> Course:
        """The course to grade with: the one named, else that of ``DEEPGRADE_COURSE``, else the installation's own."""
        return Course(course_to_grade(Path(), named))

    @property
    def exercises(self) -> Path:
        own = self.root / "graders" / "exercises"
        return own if own.is_dir() else PACKAGED

    @property
    def units(self) -> tuple[str, ...]:
        """Names of all units, in order."""
        return tuple(sorted(path.stem for path in self.exercises.glob("u[0-9][0-9]_*.py")))

    @property
    def version(self) -> str:
        """A digest of every spec and reference: two reports with the same version were judged by the same course."""
        digest = hashlib.sha256()
        files = [self.exercises / f"{unit}.py" for unit in self.units]
        files += [
            self.folder(unit) / "solution.py" for unit in self.units if (self.folder(unit) / "solution.py").is_file()
        ]
        for path in files:
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:12]

    def spec(self, unit: str) -> UnitSpec:
        """The unit's words; loaded once."""
        if unit not in self._specs:
            path = self.exercises / f"{unit}.py"
            if not path.is_file():
                raise UsageError(
                    f"There is no unit {unit!r}; this course has {', '.join(self.units) or 'none'}.",
                    near(unit, self.units),
                    message_id="usage.no_unit",
                    unit=unit,
                    known=", ".join(self.units),
                    near=suggested(close(unit, self.units)),
                )
            self._specs[unit] = load_unit_spec(path)
        return self._specs[unit]

    def folder(self, unit: str) -> Path:
        return self.root / "reference" / unit

    def reference(self, unit: str) -> ModuleType:
        """The unit's solution, executed once; it may import earlier units by name."""
        if unit not in self._references:
            source = self.solution(unit)
            try:
                self._references[unit] = self.execute(unit, source)
            except DeepgradeError:
                raise
            except (Exception, SystemExit) as error:
                raise CourseError(
                    f"{self.folder(unit) / 'solution.py'} does not run: {type(error).__name__}: {error}.", "Fix it."
                ) from error
        return self._references[unit]

    def solution(self, unit: str) -> str:
        path = self.folder(unit) / "solution.py"
        if not path.is_file():
            raise CourseError(
                f"There is no reference {path}.",
                "Grading and verifying need the staff's repository; practice ('deepgrade check') does not.",
            )
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CourseError(f"{path} is not UTF-8: {error}.", "Save it as UTF-8.") from error

    def execute(self, unit: str, source: str) -> ModuleType:
        """A module made of this text, whose ``uNN_…`` imports are this course's references.

        Text that is not the solution's gets a file name of its own, under which tracebacks find its lines.
        """
        path = self.folder(unit) / "solution.py"
        filename = str(path)
        if not path.is_file() or path.read_text(encoding="utf-8") != source:
            filename += f"#{hashlib.sha256(source.encode()).hexdigest()[:12]}"
            linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        return execute_source(unit, source, filename, self.reference)

    def require_reference(self) -> None:
        """Refuse early, with one sentence, where the staff's side is absent."""
        if not (self.root / "reference").is_dir():
            raise UsageError(
                f"{self.root} has no reference/ folder, which grading needs.",
                "Run this in the course repository or give it with --course; to practise, use 'deepgrade check'.",
                message_id="usage.no_reference",
                path=str(self.root),
            )


def find_course(start: Path, named: Path | None = None) -> Course:
    """The course named, else the nearest folder at or above ``start`` with ``reference/`` or ``assignments/``.

    For authors, who work in their course, and for its public files. What a course runs is for ``graders.trust`` to say.
    """
    root = named_course(named)
    if root is not None:
        return Course(root)
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "reference").is_dir() or (folder / "assignments").is_dir():
            return Course(folder)
    return Course(start if start.is_dir() else start.parent)


def load_unit_spec(path: Path) -> UnitSpec:
    """Execute one file of ``graders/exercises/`` and check the names it must define."""
    unit = path.stem
    module_spec = importlib.util.spec_from_file_location(f"graders.exercises.{unit}", path)
    if module_spec is None or module_spec.loader is None:
        raise CourseError(f"{path} is not a Python file.", "A unit's exercises live in graders/exercises/uNN_topic.py.")
    module = importlib.util.module_from_spec(module_spec)
    try:
        module_spec.loader.exec_module(module)
    except SpecError as error:
        raise CourseError(f"{path.name}: {error}", "Fix the spec and run 'deepgrade verify --unit' again.") from error
    except (Exception, SystemExit) as error:
        raise CourseError(f"{path.name}{_line(path, error)} cannot be loaded: {_fault(error)}.") from error
    try:
        exercises = {exercise.symbol: exercise for exercise in module.EXERCISES}
        about = module.UNIT
    except Exception as error:
        raise CourseError(
            f"{path.name} cannot be loaded: {_fault(error)}.",
            "It must define UNIT and EXERCISES; compare it with 'deepgrade new'.",
        ) from error
    if not isinstance(about, Unit):
        raise CourseError(f"{path.name}: UNIT is {about!r:.80}.", "It must be Unit(title={...}) of graders.spec.")
    if set(about.title) != set(LANGUAGES):
        said = ", ".join(sorted(about.title)) or "none"
        raise CourseError(f"{path.name}: UNIT.title has the languages {said}.", "Give it in ko and in en.")
    if len(exercises) != len(module.EXERCISES):
        raise CourseError(f"{path.name} lists a symbol twice.", "One exercise per symbol.")
    if about.forbids:
        exercises = {name: replace(one, forbids=about.forbids + one.forbids) for name, one in exercises.items()}
    return UnitSpec(unit, about, exercises, path.read_text(encoding="utf-8"), path)


def _line(path: Path, error: BaseException) -> str:
    """ ", line 3," where a file stopped: of the syntax, else the last of its own lines that ran."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f", line {error.lineno},"
    lines = [
        number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(path)
    ]
    return f", line {lines[-1]}," if lines else ""


def _fault(error: BaseException) -> str:
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {said}".removesuffix(": ").removesuffix(".")


def execute_source(unit: str, source: str, filename: str, resolve: Callable[[str], ModuleType]) -> ModuleType:
    """Execute text as module ``unit``; imports of ``uNN_…`` go to ``resolve`` and never through ``sys.modules``."""
    module = ModuleType(unit)
    module.__file__ = filename

    def import_unit(name: str, *args: Any, **keywords: Any) -> Any:
        return resolve(name) if UNIT_NAME.fullmatch(name) else builtins.__import__(name, *args, **keywords)

    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_unit}
    exec(compile(source, filename, "exec", dont_inherit=True), module.__dict__)
    return module
