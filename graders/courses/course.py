"""A course on disk: which units it has, their exercises, their references, their lessons.

Units are found by folder and file name and never listed. Reference modules are loaded by path, never imported by name.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import linecache
import traceback
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from graders.courses.manifest import MANIFEST, Manifest, is_unit_name, load_manifest
from graders.courses.pieces import compiled_beside
from graders.host.trust import course_to_grade, named_course
from graders.messages.errors import CourseError, DeepgradeError, UsageError
from graders.messages.near import close, listed, suggested
from graders.spec import LANGUAGES, Exercise, SpecError, Text, Unit
from graders.spec.profile import Compatibility, Profile

__all__ = ["Course", "UnitSpec", "execute_source", "find_course", "load_unit_spec"]


@dataclass(frozen=True)
class UnitSpec:
    """The public side of a unit: its texts and exercises, and the source that the guest receives."""

    unit: str
    about: Unit
    exercises: Mapping[str, Exercise]
    source: str
    path: Path
    profile: Profile = field(default_factory=Profile)  # the course's profile, which every exercise has too

    def exercise(self, symbol: str) -> Exercise:
        if symbol not in self.exercises:
            raise UsageError(
                "usage.no_exercise_in_unit",
                unit=self.unit,
                symbol=symbol,
                known=", ".join(self.exercises),
                near=suggested(close(symbol, self.exercises)),
            )
        return self.exercises[symbol]


@dataclass
class Course:
    """A course at ``root``, which contains a ``course.toml``; only staff have its reference."""

    root: Path
    _manifest: Manifest | None = field(default=None, repr=False)
    _specs: dict[str, UnitSpec] = field(default_factory=dict, repr=False)
    _references: dict[str, ModuleType] = field(default_factory=dict, repr=False)

    @staticmethod
    def find(named: Path | None = None) -> Course:
        """The course to grade with: the one named, else ``DEEPGRADE_COURSE``, else the installation's own."""
        return Course(course_to_grade(Path(), named))

    @property
    def manifest(self) -> Manifest:
        """The content of ``course.toml``, read once. Refuses a folder without one."""
        if self._manifest is None:
            self._manifest = load_manifest(self.root)
        return self._manifest

    @property
    def name(self) -> str:
        """Part of every hidden seed, so that two courses with one secret differ."""
        return self.manifest.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self.manifest.languages

    @property
    def compatibility(self) -> Compatibility:
        """What older code may rely on in this course."""
        return self.manifest.profile.compatibility

    @property
    def exercises(self) -> Path:
        return self.root / self.manifest.exercises

    @property
    def references(self) -> Path:
        return self.root / self.manifest.reference

    @property
    def assignments(self) -> Path:
        return self.root / self.manifest.assignments

    @property
    def units(self) -> tuple[str, ...]:
        """The names of all units: those that ``course.toml`` lists, in its order, then the others by name."""
        found = sorted(path.stem for path in self.exercises.glob("*.py") if is_unit_name(path.stem))
        first = [unit for unit in self.manifest.units if unit in found]
        return tuple(dict.fromkeys(first + found))

    @property
    def version(self) -> str:
        """A digest of every spec and reference, and of what the course says about all of them.

        Two reports with the same version were judged by the same course.
        """
        digest = hashlib.sha256(repr(self.manifest.profile).encode())
        files = [self.exercises / f"{unit}.py" for unit in self.units]
        files += [
            self.folder(unit) / "solution.py" for unit in self.units if (self.folder(unit) / "solution.py").is_file()
        ]
        for path in files:
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:12]

    def spec(self, unit: str) -> UnitSpec:
        """The unit's public side; loaded once."""
        if unit not in self._specs:
            path = self.exercises / f"{unit}.py"
            if not path.is_file():
                raise UsageError(
                    "usage.no_unit", unit=unit, known=listed(self.units), near=suggested(close(unit, self.units))
                )
            self._specs[unit] = load_unit_spec(path, self.languages, self.manifest.profile)
        return self._specs[unit]

    def folder(self, unit: str) -> Path:
        return self.references / unit

    def reference(self, unit: str) -> ModuleType:
        """The unit's solution, executed once; it may import earlier units by name."""
        if unit not in self._references:
            source = self.solution(unit)
            try:
                self._references[unit] = self.execute(unit, source)
            except DeepgradeError:
                raise
            except (Exception, SystemExit) as error:
                raise CourseError.in_english(
                    f"{self.folder(unit) / 'solution.py'} does not run: {type(error).__name__}: {error}.", "Fix it."
                ) from error
        return self._references[unit]

    def solution(self, unit: str) -> str:
        path = self.folder(unit) / "solution.py"
        if not path.is_file():
            raise CourseError("course.no_reference", path=str(path))
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CourseError.in_english(f"{path} is not UTF-8: {error}.", "Save it as UTF-8.") from error

    def execute(self, unit: str, source: str, origin: str | None = None) -> ModuleType:
        """A module made from this text; its imports of units give this course's references.

        A text other than the solution's gets its own file name, under which tracebacks find its lines. ``origin``: the
        solution, if the text was made from it by small edits; unchanged parts are not compiled again.
        """
        path = self.folder(unit) / "solution.py"
        filename = str(path)
        if origin is not None or not path.is_file() or path.read_text(encoding="utf-8") != source:
            filename += f"#{hashlib.sha256(source.encode()).hexdigest()[:12]}"
            linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        codes = compiled_beside(source, filename, origin, str(path)) if origin is not None else None
        return execute_source(unit, source, filename, self.reference, _Importable(self), codes)

    def require_reference(self) -> None:
        """Refuse early, with one sentence, if the staff's side is absent."""
        if not self.references.is_dir():
            raise UsageError("usage.no_reference", path=str(self.root), folder=self.manifest.reference)


@dataclass(frozen=True)
class _Importable:
    """The names of a course's units and of references without exercises; checks one name without listing folders."""

    course: Course

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not name:
            return False
        known = is_unit_name(name) and (self.course.exercises / f"{name}.py").is_file()
        return known or (self.course.references / name).is_dir()


def find_course(start: Path, named: Path | None = None) -> Course:
    """The named course, else the nearest folder at or above ``start`` with a ``course.toml``.

    For authors working in their course, and for its public files. ``graders.host.trust`` decides whose code may run.
    """
    root = named_course(named)
    if root is not None:
        return Course(root)
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / MANIFEST).is_file():
            return Course(folder)
    return Course(start if start.is_dir() else start.parent)


def load_unit_spec(path: Path, languages: Collection[str] = LANGUAGES, profile: Profile | None = None) -> UnitSpec:
    """Execute a unit's exercise file and check the names it must define, in the languages of its course.

    What the course (its ``profile``) and the unit say about every exercise is copied into each.
    """
    profile = profile or Profile()
    unit = path.stem
    module = _executed_spec(path)
    try:
        exercises = {exercise.symbol: exercise for exercise in module.EXERCISES}
        about = module.UNIT
    except Exception as error:
        raise CourseError.in_english(
            f"{path.name} cannot be loaded: {_fault(error)}.",
            "It must define UNIT and EXERCISES; compare it with 'deepgrade new'.",
        ) from error
    if not isinstance(about, Unit):
        raise CourseError.in_english(
            f"{path.name}: UNIT is {about!r:.80}.", "It must be Unit(title={...}) of graders.spec."
        )
    _require_languages(f"{path.name}: UNIT.title", about.title, languages)
    for exercise in exercises.values():
        _require_languages(f"{path.name}: Exercise {exercise.symbol}: title", exercise.title, languages)
        if exercise.start:
            _require_languages(f"{path.name}: Exercise {exercise.symbol}: start", exercise.start, languages)
    if len(exercises) != len(module.EXERCISES):
        raise CourseError.in_english(f"{path.name} lists a symbol twice.", "One exercise per symbol.")
    exercises = {
        name: replace(one, forbids=about.forbids + one.forbids, profile=profile) for name, one in exercises.items()
    }
    return UnitSpec(unit, about, exercises, path.read_text(encoding="utf-8"), path, profile)


def _executed_spec(path: Path) -> ModuleType:
    """The module of a unit's exercise file."""
    module_spec = importlib.util.spec_from_file_location(f"graders.exercises.{path.stem}", path)
    if module_spec is None or module_spec.loader is None:
        raise CourseError.in_english(f"{path} is not a Python file.", "Each unit's exercises are a file of their own.")
    module = importlib.util.module_from_spec(module_spec)
    try:
        module_spec.loader.exec_module(module)
    except SpecError as error:
        raise CourseError.in_english(
            f"{path.name}: {error}", "Fix the spec and run 'deepgrade verify --unit' again."
        ) from error
    except (Exception, SystemExit) as error:
        raise CourseError.in_english(f"{path.name}{_line(path, error)} cannot be loaded: {_fault(error)}.") from error
    return module


def _require_languages(what: str, text: Text, languages: Collection[str]) -> None:
    if set(text) != set(languages):
        said = ", ".join(sorted(text)) or "none"
        wanted = " and in ".join(sorted(languages, reverse=True))
        raise CourseError.in_english(f"{what} has the languages {said}.", f"Give it in {wanted}.")


def _line(path: Path, error: BaseException) -> str:
    """ ", line 3," where a file stopped: the syntax error's line, else the last of its own lines that ran."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f", line {error.lineno},"
    lines = [
        number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(path)
    ]
    return f", line {lines[-1]}," if lines else ""


def _fault(error: BaseException) -> str:
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {said}".removesuffix(": ").removesuffix(".")


def execute_source(
    unit: str,
    source: str,
    filename: str,
    resolve: Callable[[str], ModuleType],
    units: Container[str] = (),
    codes: Iterable[CodeType] | None = None,
) -> ModuleType:
    """Execute text as module ``unit``; imports of ``units`` go to ``resolve`` and never through ``sys.modules``.

    ``codes``: the text, if it is already compiled.
    """
    module = ModuleType(unit)
    module.__file__ = filename

    def import_unit(name: str, *args: Any, **keywords: Any) -> Any:
        return resolve(name) if name in units else builtins.__import__(name, *args, **keywords)

    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_unit}
    for code in (compile(source, filename, "exec", dont_inherit=True),) if codes is None else codes:
        exec(code, module.__dict__)
    return module
