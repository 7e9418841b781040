"""A course on disk: units are found by folder, references see each other, and every slip is said."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from graders.courses.course import Course, execute_source, find_course, load_unit_spec
from graders.courses.manifest import Manifest, load_manifest, manifest_text
from graders.messages.errors import CourseError, UsageError
from graders.messages.near import near
from graders.spec.profile import Compatibility, Profile
from tests.small_course import OTHER, UNIT, edit, lay_course, lay_manifest, solution_of, spec_of

ROOT = Path(__file__).parents[2]


def test_units_when_a_file_is_added_then_it_is_found(course: Course) -> None:
    for name in ("u10_more", "a1_softmax", "Notes", "json", "numpy", "class", "__init__"):
        spec_of(course, name).write_text("")
    assert course.units == ("a1_softmax", "u10_more", UNIT)


def test_units_when_the_course_orders_them_then_those_come_first(course: Course) -> None:
    spec_of(course, "a1_softmax").write_text("")
    spec_of(course, "b2_more").write_text("")
    edit(course.root / "course.toml", "languages", f'units = ["{UNIT}", "gone", "b2_more"]\nlanguages')
    assert Course(course.root).units == (UNIT, "b2_more", "a1_softmax")


def test_course_when_it_has_no_manifest_then_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no course\.toml, so it is not a course\. .*deepgrade new course DIR"):
        _ = Course(tmp_path).units


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "format is 2, this version of deepgrade reads 1"),
        ("format = 1", "format = ", "cannot be read"),
        ("format = 1", "format = 1\nunit = []", "it has unit, which no course.toml"),
        ('name = "deepgrade"', "name = 3", "name is 3"),
        ('languages = ["en", "ko"]', 'languages = ["fr"]', "languages is"),
        ('languages = ["en", "ko"]', "languages = []", "languages is"),
        ('languages = ["en", "ko"]', 'languages = ["en"]', "title is .*expected a text in en"),
        ('languages = ["en", "ko"]', 'languages = ["en", "ko"]\nunits = ["U1"]', "units is"),
        ('"graders/exercises"', '"../elsewhere"', "folders.exercises is '../elsewhere'"),
        ('"graders/exercises"', '"/etc"', "folders.exercises is '/etc'"),
        ('"graders/exercises"', "3", "folders.exercises is 3"),
        ("exercises =", "secrets =", "folders is"),
        ("[folders]", "compatibility = 3\n[folders]", "compatibility is 3, expected any of numpy_names"),
        ("[folders]", "compatibility.package = []\n[folders]", "compatibility is"),
        ("[folders]", 'compatibility.packages = "common"\n[folders]', "compatibility.packages is 'common'"),
        ("[folders]", 'compatibility.packages = ["a.b"]\n[folders]', "compatibility.packages is"),
        ("[folders]", 'compatibility.packages = ["numpy"]\n[folders]', "packages that no library has"),
        ("[folders]", "compatibility.numpy_names = [1]\n[folders]", "compatibility.numpy_names is"),
        (
            "[folders]",
            'compatibility.numpy_names.x = "exec"\n[folders]',
            "x is 'exec', expected one of bool",
        ),
        ("[folders]", 'compatibility.numpy_names.x = "np.a.b"\n[folders]', "numpy_names.x is 'np.a.b'"),
        ("[folders]", "compatibility.numpy_names.x = true\n[folders]", "numpy_names.x is True"),
        (
            "[folders]",
            "compatibility.package_names.x = 3\n[folders]",
            "x is 3, expected .* np, true, false",
        ),
        ("[folders]", 'compatibility.package_names.x = "os"\n[folders]', "package_names.x is 'os'"),
        ("[folders]", 'compatibility.spellings = [["lr"]]\n[folders]', "compatibility.spellings is"),
        ("[folders]", 'compatibility.spellings = [["lr", "a b"]]\n[folders]', "compatibility.spellings is"),
        ("[folders]", "points = 3\n[folders]", "points is 3, expected follow_through"),
        (
            "[folders]",
            "points.follow_through = 2\n[folders]",
            "is 2, expected a part: 0, or a number below 1",
        ),
        ("[folders]", "points.follow_through = 1\n[folders]", "points.follow_through is 1"),
        ("[folders]", "points.follow_through = nan\n[folders]", "points.follow_through is nan"),
        ("[folders]", "points.follow_through = true\n[folders]", "points.follow_through is True"),
        ("[folders]", "hints.name = 1\n[folders]", "hints is .*, expected name_at or rungs"),
        ("[folders]", "hints.rungs = 4\n[folders]", "hints.rungs is 4, expected 1 to 3"),
        ("[folders]", "hints.rungs = 2\nhints.name_at = 3\n[folders]", "hints.name_at is 3, expected 0 .at once. to 2"),
    ],
)
def test_manifest_when_wrong_then_the_key_is_named(course: Course, old: str, new: str, said: str) -> None:
    edit(course.root / "course.toml", old, new)
    with pytest.raises(CourseError, match=rf"course\.toml.*{said}"):
        _ = Course(course.root).units


def test_manifest_when_written_then_it_reads_the_same(tmp_path: Path) -> None:
    titles = {"ko": 'a "b" \\ \x7f\n', "en": "x"}
    one = Manifest("n", titles, ("ko", "en"), ("u1_a",), assignments="given/out")
    (tmp_path / "course.toml").write_text(manifest_text(one), encoding="utf-8")
    assert load_manifest(tmp_path) == one
    assert one.profile.compatibility == Compatibility()
    old = Compatibility(("common",), {"GPU": False, "np": "np"}, {"int": "int", "q": "np.prod"}, (("lr", "eta"),))
    two = replace(one, profile=Profile(old, 0.25, 2, 2))
    (tmp_path / "course.toml").write_text(manifest_text(two), encoding="utf-8")
    assert load_manifest(tmp_path) == two
    assert load_manifest(ROOT).name == "deepgrade"


def test_unit_when_unknown_then_near_ones_are_suggested(course: Course) -> None:
    with pytest.raises(UsageError, match=rf"There is no unit 'u99_topc'; this course has {UNIT}\. Did you mean {UNIT}"):
        course.spec("u99_topc")


def test_unit_when_named_by_its_number_then_it_is_suggested() -> None:
    with pytest.raises(UsageError, match="Did you mean u06_backprop"):
        Course(ROOT).spec("u06")


def test_unit_when_there_are_none_then_the_message_says_none(tmp_path: Path) -> None:
    lay_manifest(tmp_path)
    with pytest.raises(UsageError, match="this course has none"):
        Course(tmp_path).spec("u01_a")


def test_exercise_when_unknown_then_near_ones_are_suggested(course: Course) -> None:
    with pytest.raises(UsageError, match=rf"Unit {UNIT} has no exercise 'scale'; it has Scale\. Did you mean Scale"):
        course.spec(UNIT).exercise("scale")


@pytest.mark.parametrize(
    ("name", "said"), [("Affin", "Did you mean Affine?"), ("Aff", "Did you mean Affine?"), ("zzz", ""), ("", "")]
)
def test_near_when_something_is_close_then_it_is_asked(name: str, said: str) -> None:
    assert near(name, ["Affine", "Relu"]) == said


# --- finding it ---


def test_nearest_folder_above_is_the_course(course: Course) -> None:
    below = course.root / "assignments" / UNIT
    assert find_course(below).root == course.root.resolve()
    assert find_course(below / f"{UNIT}.py").root == course.root.resolve()


def test_without_a_course_above_it_is_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("")
    assert find_course(tmp_path / "file.py").root == tmp_path.resolve()


@pytest.mark.parametrize("name", ["absent", "file", "x" * 300])
def test_course_when_named_and_no_folder_then_it_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=rf"The course folder .*{name} does not exist\. Give the folder that contains"):
        find_course(tmp_path, tmp_path / name)


def test_reference_when_absent_then_grading_is_refused_early(tmp_path: Path) -> None:
    (lay_manifest(tmp_path) / "reference").rmdir()
    with pytest.raises(UsageError, match=r"has no reference/ folder, which grading needs.*deepgrade check"):
        Course(tmp_path).require_reference()


# --- specs ---


def test_spec_when_it_is_unfair_then_file_and_exercise_are_named(course: Course) -> None:
    edit(spec_of(course), 'outputs=("out", "dx", "da")', "outputs=()")
    with pytest.raises(CourseError, match=rf"{UNIT}\.py: Exercise Scale: outputs is empty.*deepgrade verify --unit"):
        course.spec(UNIT)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\ndef f(:", r", line 2, cannot be loaded: SyntaxError: invalid syntax\.$"),
        ("x = 1\ny = drawn()", r", line 2, cannot be loaded: NameError: name 'drawn' is not defined\.$"),
        ("import nowhere_at_all", ", line 1, cannot be loaded: ModuleNotFoundError"),
        ("raise SystemExit", r", line 1, cannot be loaded: SystemExit\.$"),
        ("x = 1", "cannot be loaded: AttributeError.*It must define UNIT and EXERCISES"),
        ("UNIT = 1\nEXERCISES = (1,)", "cannot be loaded: AttributeError"),
        ("UNIT = 1\nEXERCISES = ()", r"UNIT is 1\. It must be Unit\(title="),
        (
            "from graders.spec import Unit\nUNIT = Unit({'en': 'a'})\nEXERCISES = ()",
            r"UNIT\.title has the languages en\. Give it in ko and in en",
        ),
    ],
)
def test_spec_when_it_cannot_be_used_then_its_file_is_named(course: Course, text: str, sentence: str) -> None:
    spec_of(course).write_text(text)
    with pytest.raises(CourseError, match=rf"{UNIT}\.py.*{sentence}"):
        course.spec(UNIT)


def test_spec_when_a_symbol_is_listed_twice_then_it_is_refused(course: Course) -> None:
    text = spec_of(course).read_text(encoding="utf-8")
    spec_of(course).write_text(text + "\nEXERCISES = (*EXERCISES, *EXERCISES)\n", encoding="utf-8")
    with pytest.raises(CourseError, match=rf"{UNIT}\.py lists a symbol twice\. One exercise per symbol"):
        course.spec(UNIT)


def test_spec_when_it_is_no_python_file_then_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"u01_a\.txt is not a Python file"):
        load_unit_spec(tmp_path / "u01_a.txt")


# --- references ---


def test_reference_when_run_then_it_is_run_once_and_not_imported(course: Course) -> None:
    assert course.reference(UNIT) is course.reference(UNIT)
    assert UNIT not in sys.modules


def test_reference_uses_this_courses_other_units(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course", OTHER, UNIT)
    path = solution_of(course)
    path.write_text(f"from {OTHER} import Scale as Other\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert course.reference(UNIT).Other is course.reference(OTHER).Scale


def test_absent_reference_is_named_with_who_needs_it(course: Course) -> None:
    solution_of(course).unlink()
    with pytest.raises(
        CourseError, match=r"There is no reference .*solution\.py.*practice \('deepgrade check'\) does not"
    ):
        course.reference(UNIT)


@pytest.mark.parametrize("data", [b"x = (", b"import nowhere_at_all", b"x = 1 / 0", b"x = '\xff'"])
def test_reference_when_it_does_not_run_then_its_file_is_named(course: Course, data: bytes) -> None:
    solution_of(course).write_bytes(data)
    with pytest.raises(CourseError, match=rf"{UNIT}/solution\.py (does not run|is not UTF-8)"):
        course.reference(UNIT)


def test_ring_of_references_is_refused(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course", OTHER, UNIT)
    solution_of(course, OTHER).write_text(f"import {UNIT}\n")
    solution_of(course, UNIT).write_text(f"import {OTHER}\n")
    with pytest.raises(CourseError, match="does not run: RecursionError"):
        course.reference(UNIT)


def test_text_when_executed_then_tracebacks_find_its_lines(course: Course) -> None:
    module = course.execute(UNIT, "def f():\n    return 1 / 0  # here\n")
    with pytest.raises(ZeroDivisionError) as raised:
        module.f()
    assert "return 1 / 0  # here" in str(raised.traceback[-1].statement)


def test_import_when_it_names_no_unit_then_python_does_it() -> None:
    def nothing(unit: str) -> ModuleType:
        raise AssertionError(unit)

    module = execute_source("u01_a", "import os.path\nfrom math import pi\n", "a.py", nothing)
    assert module.os is os
    assert module.pi > 3


# --- the version ---


def test_version_when_a_spec_or_a_reference_changes_then_it_does(course: Course) -> None:
    versions = [course.version]
    for path in (spec_of(course), solution_of(course)):
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        versions.append(course.version)
    assert len(set(versions)) == 3


def test_version_when_nothing_changes_then_it_stays(course: Course) -> None:
    assert course.version == Course(course.root).version
    solution_of(course).unlink()
    assert len(course.version) == 12
