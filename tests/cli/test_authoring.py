"""``release``, ``verify``, ``mutants``, ``new``: from an idea to a unit that holds, with exit codes to be trusted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course
from tests.cli.conftest import Deepgrade
from tests.small_course import OTHER, UNIT, edit, solution_of, spec_of

# --- release ---


def test_release_check_when_fresh_then_exit_0(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("release", "--check")
    assert (done.code, done.out) == (0, "assignments/ is fresh.\n")


def test_release_check_of_stale_files_exits_1_and_writes_nothing(deepgrade: Deepgrade, course: Course) -> None:
    edit(course.folder(UNIT) / "lesson.ko.md", "# 새 단원", "# 옛 단원")
    path = course.root / "assignments" / UNIT / f"{UNIT}.ko.ipynb"
    before = path.read_bytes()
    done = deepgrade("release", "--check")
    assert done.code == 1
    assert f"assignments/{UNIT}/{UNIT}.ko.ipynb is not what" in done.out
    assert path.read_bytes() == before


def test_release_of_stale_files_writes_and_satisfies_the_check(deepgrade: Deepgrade, course: Course) -> None:
    edit(course.folder(UNIT) / "lesson.ko.md", "# 새 단원", "# 옛 단원")
    assert deepgrade("release").out == f"1 files written to {course.root / 'assignments'}.\n"
    assert deepgrade("release", "--check").code == 0


def test_release_of_a_wrong_course_exits_3_and_writes_nothing(deepgrade: Deepgrade, course: Course) -> None:
    (course.folder(UNIT) / "lesson.ko.md").unlink()
    for words in (("release",), ("release", "--check")):
        done = deepgrade(*words)
        assert (done.code, done.out) == (3, "")
        assert "There is no lesson" in done.err


def test_release_names_the_solution_that_is_no_python(deepgrade: Deepgrade, course: Course) -> None:
    solution_of(course).write_text("def f(:\n")
    done = deepgrade("release")
    assert done.code == 3
    assert "solution.py" in done.err
    assert "internal error" not in done.err


def test_release_when_a_bundle_is_asked_for_then_it_is_elsewhere(
    deepgrade: Deepgrade, course: Course, tmp_path: Path
) -> None:
    done = deepgrade("release", "--to", tmp_path / "bundle", "--json")
    assert done.code == 0
    assert len(done.json["written"]) == 8
    assert (tmp_path / "bundle" / "exercises" / f"{UNIT}.py").read_text() == course.spec(UNIT).source
    assert Course(tmp_path / "bundle").units == (UNIT,)
    assert all(name.startswith(str(tmp_path / "bundle")) for name in done.json["written"])


def test_release_check_lists_its_sentences_in_json(deepgrade: Deepgrade, course: Course) -> None:
    assert deepgrade("release", "--check", "--json").json == {"schema": 1, "stale": []}
    (course.root / "assignments" / UNIT / f"{UNIT}.py").unlink()
    done = deepgrade("release", "--check", "--json")
    assert (done.code, len(done.json["stale"])) == (1, 1)


# --- verify ---


def test_verify_when_all_holds_then_exit_0(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("verify")
    assert (done.code, done.err) == (0, "")
    assert UNIT in done.out


def test_verify_exits_1_and_gives_each_finding_a_line(deepgrade: Deepgrade, course: Course) -> None:
    edit(solution_of(course), "return self.a * dout", "return self.a * dout * 1.001")
    done = deepgrade("verify")
    assert done.code == 1
    assert any("misses the slope of its own forward" in line for line in done.out.splitlines())


def test_verify_gives_place_and_words_of_findings_in_json(deepgrade: Deepgrade, course: Course) -> None:
    assert deepgrade("verify", "--json").json == {"schema": 1, "findings": []}
    (course.root / "assignments" / UNIT / f"{UNIT}.py").unlink()
    done = deepgrade("verify", "--unit", UNIT[:3], "--json")  # the number is enough
    assert done.code == 1
    assert done.json["findings"][0]["where"] == "assignments"


@pytest.mark.parametrize("data", [b"def f(:\n", b"\xff", b"raise SystemExit(7)\n", b"import nowhere\n"])
@pytest.mark.parametrize("name", ["solution.py", "spec"])
def test_verify_exits_1_and_names_a_damaged_course_file(
    deepgrade: Deepgrade, course: Course, name: str, data: bytes
) -> None:
    path = spec_of(course) if name == "spec" else solution_of(course)
    path.write_bytes(data)
    done = deepgrade("verify")
    assert done.code == 1, done.err
    assert path.name in done.out


@pytest.mark.parametrize("name", ["misconceptions.toml", "lesson.ko.md", "solution.py"])
def test_verify_reports_a_folder_in_a_files_place(deepgrade: Deepgrade, course: Course, name: str) -> None:
    path = course.folder(UNIT) / name
    path.unlink()
    path.mkdir()
    done = deepgrade("verify")
    assert done.code in ((0, 1) if name == "misconceptions.toml" else (1,))


def test_verify_when_there_is_no_unit_then_it_is_no_success(deepgrade: Deepgrade, course: Course) -> None:
    spec_of(course).unlink()
    done = deepgrade("verify")
    assert done.code == 2
    assert "has no units" in done.err
    assert "deepgrade new" in done.err


def test_verify_and_release_when_a_listed_unit_has_no_file_then_they_name_it(
    deepgrade: Deepgrade, course: Course
) -> None:
    edit(course.root / "course.toml", "[folders]", 'units = ["a1_gone"]\n[folders]')
    done = deepgrade("verify")
    assert (done.code, "'a1_gone', which has no file" in done.out) == (1, True)
    assert deepgrade("release", "--check").code == 1
    done = deepgrade("release")
    assert (done.code, "'a1_gone', which has no file" in done.err) == (3, True)


def test_verify_when_the_folder_of_exercises_is_gone_then_it_is_named(deepgrade: Deepgrade, course: Course) -> None:
    course.exercises.rename(course.root / "elsewhere")
    done = deepgrade("verify")
    assert (done.code, "the folder graders/exercises/ of exercises does not exist" in done.out) == (1, True)


def test_verify_when_the_table_is_asked_for_then_nothing_is_verified(deepgrade: Deepgrade, course: Course) -> None:
    edit(solution_of(course), "return self.a * dout", "return self.a * dout * 1.001")
    done = deepgrade("verify", "--table")
    assert done.code == 0
    assert f"## {UNIT}: A new unit" in done.out
    (row,) = deepgrade("verify", "--table", "--json").json["units"][UNIT]
    assert (row["name"], row["checks"], row["tried"]) == ("Scale", 3, 0)


# --- mutants ---


def test_mutants_when_a_slip_keeps_all_points_then_exit_1_and_its_line_and_edit(
    deepgrade: Deepgrade, course: Course
) -> None:
    done = deepgrade("mutants", "--unit", UNIT, "--jobs", "1")
    assert (done.code, done.err) == (1, "")
    assert f"{UNIT}.Scale     59      0      1   98.3%" in done.out
    assert "Scale.backward, line 25: self.da = da.sum(axis=0)" in done.out
    assert "update for =: self.da = da.sum(axis=0) → self.da += da.sum(axis=0)" in done.out
    kept = (course.folder(UNIT) / "mutants.json").read_bytes()
    data = deepgrade("mutants", "--json").json
    assert [hole["symbol"] for hole in data["exercises"][0]["holes"]] == ["Scale.backward"]
    assert len(data["findings"]) == 1
    assert (course.folder(UNIT) / "mutants.json").read_bytes() == kept


def test_mutants_when_a_case_shows_it_then_exit_0(deepgrade: Deepgrade, course: Course) -> None:
    first = '    yield "out", layer.forward(x)\n'
    edit(spec_of(course), first, "    layer.forward(2 * x)\n    layer.backward(dout)\n" + first)
    done = deepgrade("mutants", "--exercise", "Scale", "--jobs", "2")
    assert (done.code, done.err) == (0, "")
    assert "59      0      0  100.0%" in done.out


def test_mutants_when_the_solution_is_wrong_then_it_is_told(deepgrade: Deepgrade, course: Course) -> None:
    edit(solution_of(course), "return self.a * dout", "return self.a * dout / 0 if len(dout) else None.x")
    edit(spec_of(course), '"N": 7', '"N": 0')
    done = deepgrade("mutants", "--jobs", "1")
    assert done.code == 3
    assert "deepgrade: The reference of Scale raises" in done.err


# --- new ---


def test_new_when_a_unit_is_made_and_released_then_it_verifies(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("new", OTHER)
    assert done.code == 0
    assert f"deepgrade release --unit {OTHER}" in done.out
    assert deepgrade("release", "--unit", OTHER).code == 0
    assert deepgrade("verify", "--unit", OTHER).code == 0
    assert "assignments/course_map.ko.svg is absent; 'deepgrade release' writes it again" in deepgrade("verify").out
    assert deepgrade("release").code == 0
    assert deepgrade("verify").code == 0


def test_new_when_json_is_asked_for_then_the_files_are_listed(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("new", OTHER, "--json")
    assert done.code == 0
    assert all(Path(name).is_file() for name in done.json["written"])


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (("new",), ("Missing argument '[unit|course]'",)),
        (("new", "Topic"), ("'Topic' is not a unit name", "such as u23_diffusion")),
        (("new", UNIT), (f"The unit {UNIT} already exists", "another number")),
        (("new", "u99_other"), (f"The number of u99_other is already used by {UNIT}", "Choose a free number")),
        (("new", OTHER, "--course", "absent"), ("course folder absent does not exist",)),
        (("new", "thing", OTHER), ("'thing' is neither 'course' nor 'unit'",)),
        (("new", "course", "."), ("is not an empty folder",)),
        (("new", "course", "x", "--languages", "fr"), ("is not en, ko or en,ko",)),
        (("new", OTHER, "--course", "{empty}"), ("has no course.toml",)),
        (("release", "--course", "{empty}"), ("has no course.toml",)),
        (("release", "--unit", "u99_topik"), ("no unit 'u99_topik'", f"Did you mean {UNIT}")),
        (("release", "--check", "--to", "x"), ("--check was given with --to",)),
        (("verify", "--unit", "u99_topik"), ("no unit 'u99_topik'", f"Did you mean {UNIT}")),
        (("verify", "--course", "{empty}"), ("has no course.toml",)),
        (("verify", "--course", "README.md"), ("course folder README.md does not exist",)),
    ],
)
def test_unknown_names_exit_2_with_the_next_step(
    deepgrade: Deepgrade, course: Course, tmp_path: Path, words: tuple[str, ...], sentences: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    Path("README.md").write_text("")
    done = deepgrade(*(word.format(empty=tmp_path / "empty") for word in words))
    assert (done.code, done.out) == (2, "")
    for sentence in sentences:
        assert sentence in " ".join(done.err.split())


def test_release_when_its_place_cannot_be_written_then_exit_3(deepgrade: Deepgrade, course: Course) -> None:
    shutil.rmtree(course.root / "assignments")
    (course.root / "assignments").write_text("")
    done = deepgrade("release")
    assert done.code == 3
    assert "cannot be written" in done.err
