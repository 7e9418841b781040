"""``check`` and ``start``: what a student gets for right, wrong and impossible questions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course
from tests.cli.conftest import Deepgrade
from tests.small_course import OTHER, UNIT, edit, lay_course, spec_of

# --- check ---


def test_check_when_right_then_exit_0(deepgrade: Deepgrade, mine: Path) -> None:
    done = deepgrade("check", mine, "--course", ".")
    assert done.code == 0
    assert "3/3" in done.out
    assert done.err == ""


def test_check_of_a_wrong_file_exits_1_and_names_the_mistake(deepgrade: Deepgrade, flawed: Path) -> None:
    title = "da averaged instead of summed"
    for options, named in (((), False), (("--hints", 1), False), (("--hints", 2), True), (("--explain",), True)):
        done = deepgrade("check", flawed, "--course", ".", *options)
        assert done.code == 1
        assert (title in done.out) is named


def test_page_names_the_mistake_at_once_when_asked_to_explain(
    deepgrade: Deepgrade, flawed: Path, tmp_path: Path
) -> None:
    pages = []
    for options in ((), ("--explain",)):
        deepgrade("check", flawed, "--course", ".", "--html", tmp_path / "page.html", *options)
        pages.append((tmp_path / "page.html").read_text(encoding="utf-8").split("Hint 1 of 3")[0])
    assert ["da averaged instead of summed" in page for page in pages] == [False, True]


def test_check_when_wrong_and_exit_zero_then_exit_0(deepgrade: Deepgrade, flawed: Path) -> None:
    assert deepgrade("check", flawed, "--course", ".", "--exit-zero").code == 0


def test_check_works_without_a_reference(deepgrade: Deepgrade, flawed: Path, course: Course) -> None:
    shutil.rmtree(course.root / "reference")
    assert "da averaged" in deepgrade("check", flawed, "--course", ".", "--explain").out


def test_check_finds_the_course_of_a_laid_out_folder(
    deepgrade: Deepgrade, flawed: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = course.root / "assignments" / UNIT
    shutil.copy(flawed, folder / f"{UNIT}.py")
    monkeypatch.chdir(folder)
    assert deepgrade("check", f"{UNIT}.py").code == 1


def test_check_prints_nothing_but_json_when_asked_for_it(deepgrade: Deepgrade, flawed: Path) -> None:
    done = deepgrade("check", flawed, "--course", ".", "--json")
    assert (done.code, done.err) == (1, "")
    assert (done.json["schema"], done.json["score"], done.json["max_score"]) == (2, 2, 3)
    assert done.json["exercises"][0]["checks"][2]["diagnosis"] == f"{UNIT}.Scale.da_averaged"


@pytest.mark.parametrize(
    ("lang", "said"), [("ko", "da를 합 대신 평균으로 구함"), ("en", "da averaged instead of summed")]
)
def test_check_when_a_language_is_asked_for_then_it_is_spoken(
    deepgrade: Deepgrade, flawed: Path, lang: str, said: str
) -> None:
    assert said in deepgrade("check", flawed, "--course", ".", "--lang", lang, "--explain").out


@pytest.mark.parametrize("rungs", [0, 1, 3])
def test_check_when_hints_are_asked_for_then_so_many_are_given(deepgrade: Deepgrade, flawed: Path, rungs: int) -> None:
    out = deepgrade("check", flawed, "--course", ".", "--hints", rungs).out
    said = [hint in " ".join(out.split()) for hint in ("Look at da, not", "adds its share", "What do you do with")]
    assert said == [place < rungs for place in range(3)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return x[:, 99]", "There is no hint for the exception in Scale."),
    ],
)
def test_check_offers_no_hint_where_there_is_none(deepgrade: Deepgrade, mine: Path, body: str, said: str) -> None:
    mine.write_text(
        f"class Scale:\n    def __init__(self, a):\n        pass\n    def forward(self, x):\n        {body}\n"
    )
    plain, asked = (deepgrade("check", mine, "--course", ".", "--hints", rungs).out for rungs in (0, 1))
    assert "There is no hint" not in plain
    assert "--hints 1" not in plain
    assert said in asked
    assert bool(said) == ("There is no hint" in asked)


def test_hints_for_an_unwritten_file_say_how_to_begin(deepgrade: Deepgrade, mine: Path, course: Course) -> None:
    mine.write_text((course.root / "assignments" / UNIT / f"{UNIT}.py").read_text())
    plain, asked = (deepgrade("check", mine, "--course", ".", "--hints", rungs).out for rungs in (0, 3))
    assert "Scale, hint" not in plain
    assert "--hints 1" in plain
    assert "There is no hint" not in asked
    spoken = " ".join(asked.split())
    assert "Scale, hint 1 of 2: Begin with out alone, and check again before you go on to" in spoken
    assert "Scale, hint 2 of 2: Write the shapes down first. In: x (" in spoken


def test_hints_begin_with_what_the_course_says(deepgrade: Deepgrade, mine: Path, course: Course) -> None:
    edit(
        spec_of(course),
        "        outputs=",
        '        start={"en": "Take a pencil.", "ko": "연필을 드세요."},\n        outputs=',
    )
    mine.write_text("x = 1\n")
    asked = ("check", mine, "--course", ".", "--hints", 1)
    assert "Scale, hint 1 of 2: Take a pencil." in deepgrade(*asked).out
    assert "Scale 힌트 1/2: 연필을 드세요." in deepgrade(*asked, "--lang", "ko").out


@pytest.mark.parametrize("line", ["1 / 0", "import sys; sys.exit(3)", "answer = input()"])
def test_check_says_once_that_a_module_stopped_while_loading(deepgrade: Deepgrade, tmp_path: Path, line: str) -> None:
    root = Path(__file__).parent.parent.parent
    mine = tmp_path / "u01_perceptron.py"
    mine.write_text(f"import math\n{line}\n")
    out = deepgrade("check", mine, "--course", root).out
    assert "Your module fails on import at line 2, so nothing in it could run:" in out
    assert out.count("at line 2") == out.count("your line 2:") == 1
    assert "was not computed" not in out
    assert "Score 0 of 27" in out


@pytest.mark.parametrize("symbol", ["Scale", f"{UNIT}.Scale"])
def test_check_when_one_exercise_is_named_then_it_is_checked(deepgrade: Deepgrade, mine: Path, symbol: str) -> None:
    done = deepgrade("check", f"{mine}::{symbol}", "--course", ".", "--json")
    assert [one["name"] for one in done.json["exercises"]] == ["Scale"]


def test_check_when_a_page_is_asked_for_then_it_is_written(deepgrade: Deepgrade, mine: Path, tmp_path: Path) -> None:
    assert deepgrade("check", mine, "--course", ".", "--html", tmp_path / "new" / "page.html").code == 0
    assert "<html" in (tmp_path / "new" / "page.html").read_text(encoding="utf-8")


def test_check_when_nothing_is_written_yet_then_exit_1(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("check", course.root / "assignments" / UNIT / f"{UNIT}.py")
    assert done.code == 1
    assert "0/3" in done.out


def test_check_of_a_folder_of_units_checks_all(deepgrade: Deepgrade, mine: Path, course: Course) -> None:
    assert deepgrade("check", mine.parent, "--course", ".").code == 0


# --- questions that cannot be answered ---


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (("check",), ("Missing argument 'FILE[::SYMBOL]'",)),
        (("check", "absent.py"), ("absent.py does not exist", "Give a .py")),
        (("check", "x" * 300), ("does not exist", "Give a .py")),
        (
            ("check", "{mine}::Skale", "--course", "."),
            ("no exercise 'Skale'", "the exercises are Scale", "Did you mean Scale"),
        ),
        (("check", "{mine}", "--unit", "u99_topik", "--course", "."), ("no unit 'u99_topik'", f"Did you mean {UNIT}")),
        (("check", "{mine}", "--course", "absent"), ("course folder absent does not exist", "Give the folder")),
        (("check", "{mine}", "--lang", "fr"), ("'fr' is not one of 'ko', 'en'",)),
        (("check", "{mine}", "--hints", "7"), ("7 is not in the range 0<=x<=3",)),
        (("check", "{mine}", "--nothing"), ("No such option", "--nothing")),
        (("check", "{known}"), ("No expected values of u01_perceptron were found beside", "deepgrade start")),
        (("check", "{mine}::Skale", "--course", ".", "--watch"), ("no exercise 'Skale'",)),
        (("check", "{mine}", "--course", "absent", "--watch"), ("course folder absent does not exist",)),
        (("check", "{folder}", "--course", ".", "--watch"), ("is not a file", "--watch needs one file")),
        (("check", "{mine}", "--watch", "--json"), ("--watch was given with --json",)),
        (("check", "{mine}", "--watch", "--html", "page.html"), ("--watch was given with --html",)),
        (("start",), ("Missing argument 'FOLDER'",)),
        (("start", "mine", "--from", "absent"), ("absent contains no units", "deepgrade start DIR --from")),
        (("start", "mine", "--course", "absent"), ("course folder absent does not exist",)),
        (("start", "README.md/mine", "--from", "assignments"), ("cannot be prepared", "Choose another folder")),
    ],
)
def test_unknown_names_exit_2_with_the_next_step(
    deepgrade: Deepgrade,
    mine: Path,
    words: tuple[str, ...],
    sentences: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DEEPGRADE_COURSE")  # as for a student
    Path("README.md").write_text("")
    known = mine.parents[2] / "u01_perceptron.py"
    known.write_text("x = 1\n")
    done = deepgrade(*(word.format(mine=mine, folder=mine.parent, known=known) for word in words))
    assert done.code == 2
    assert done.out in ("", "Checking …\n")
    for sentence in sentences:
        assert sentence in " ".join(done.err.split())


@pytest.mark.parametrize("data", [b"", b"def f(:\n", bytes(range(256)), b"\xff\xfe", b"x" * 3_000_000, b"\0"])
def test_check_of_no_python_exits_1_and_names_the_file(deepgrade: Deepgrade, mine: Path, data: bytes) -> None:
    mine.write_bytes(data)
    done = deepgrade("check", mine, "--course", ".", "--json")
    assert done.code == 1
    assert done.json["score"] == 0
    assert f"{UNIT}.py" in done.out


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("u99_topic.ipynb", b"{", "damaged notebook"),
        ("u99_topic.txt", b"x = 1", "expected .py, .ipynb, .zip or a folder"),
        ("u99_topic.zip", b"PK", "damaged zip"),
        ("homework.py", b"x = 1", "Name the file after its unit"),
    ],
)
def test_wrong_kind_of_file_exits_1_with_the_next_step(
    deepgrade: Deepgrade, tmp_path: Path, course: Course, name: str, data: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)
    done = deepgrade("check", tmp_path / name, "--course", ".")
    assert done.code == 1
    assert sentence in " ".join(done.out.split())


def test_check_of_an_empty_folder_says_what_was_expected(deepgrade: Deepgrade, tmp_path: Path, course: Course) -> None:
    (tmp_path / "empty").mkdir()
    done = deepgrade("check", tmp_path / "empty", "--course", ".")
    assert done.code == 1
    assert "expected a file such as" in " ".join(done.out.split())


def test_check_when_the_course_is_damaged_then_it_is_ours(deepgrade: Deepgrade, mine: Path, course: Course) -> None:
    (course.root / "assignments" / UNIT / "expected.json").write_text("{")
    done = deepgrade("check", mine, "--course", ".")
    assert (done.code, done.out) == (3, "")
    assert "expected.json cannot be read" in done.err
    assert "Fetch the course's files again" in done.err


def test_check_when_the_page_cannot_be_written_then_it_is_said(
    deepgrade: Deepgrade, mine: Path, tmp_path: Path
) -> None:
    (tmp_path / "page").mkdir()
    done = deepgrade("check", mine, "--course", ".", "--html", tmp_path / "page")
    assert done.code == 3
    assert "page cannot be written" in done.err


# --- start ---


def test_start_changes_nothing_the_second_time(deepgrade: Deepgrade, tmp_path: Path, course: Course) -> None:
    first = deepgrade("start", tmp_path / "mine", "--lang", "en")
    second = deepgrade("start", tmp_path / "mine", "--lang", "en")
    assert (first.code, second.code) == (0, 0)
    assert "4 files" in first.out
    assert "4 files" not in second.out
    assert f"deepgrade check {tmp_path / 'mine' / UNIT / f'{UNIT}.py'}" in second.out


def test_start_when_a_file_was_changed_then_it_is_kept_and_named(
    deepgrade: Deepgrade, tmp_path: Path, course: Course
) -> None:
    deepgrade("start", tmp_path / "mine", "--lang", "en")
    mine = tmp_path / "mine" / UNIT / f"{UNIT}.py"
    mine.write_text("my own work")
    edit(course.root / "assignments" / UNIT / f"{UNIT}.py", "A new unit", "Another")
    done = deepgrade("start", tmp_path / "mine", "--lang", "en")
    assert done.code == 0
    assert f"{UNIT}/{UNIT}.py" in done.out
    assert mine.read_text() == "my own work"


def test_start_when_followed_by_check_then_its_command_works(
    deepgrade: Deepgrade, tmp_path: Path, course: Course
) -> None:
    out = deepgrade("start", tmp_path / "my work", "--lang", "en").out
    assert "deepgrade check '" in out
    assert deepgrade("check", tmp_path / "my work" / UNIT / f"{UNIT}.py").code == 1


def test_start_says_what_stands_in_its_way(deepgrade: Deepgrade, tmp_path: Path, course: Course) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / UNIT).write_text("a file")
    done = deepgrade("start", tmp_path / "mine")
    assert done.code == 3
    assert "cannot be written" in done.err


def test_start_when_a_bundle_is_named_then_it_counts(deepgrade: Deepgrade, tmp_path: Path, course: Course) -> None:
    other = lay_course(tmp_path / "other", OTHER)
    assert deepgrade("release", "--course", other.root, "--to", tmp_path / "bundle").code == 0
    assert deepgrade("start", tmp_path / "mine", "--from", tmp_path / "bundle").code == 0
    assert (tmp_path / "mine" / OTHER / f"{OTHER}.py").is_file()


def test_start_gives_each_files_fate_in_json(deepgrade: Deepgrade, tmp_path: Path, course: Course) -> None:
    done = deepgrade("start", tmp_path / "mine", "--lang", "ko", "--json")
    assert done.json["schema"] == 1
    assert set(done.json["files"].values()) == {"new"}
    assert json.loads((tmp_path / "mine" / ".deepgrade.json").read_text()).keys() == done.json["files"].keys()


def test_check_when_a_library_is_absent_then_no_score_and_exit_3(
    deepgrade: Deepgrade, mine: Path, course: Course
) -> None:
    edit(spec_of(course), "UNIT = Unit(", 'UNIT = Unit(needs=("no_such_library",), ')
    done = deepgrade("check", mine, "--course", course.root)
    assert done.code == 3
    assert "–/3" in done.out
    assert "needs no_such_library, which is not installed here" in done.out
    assert "No score yet: none of it could be run here." in done.out
    assert deepgrade("check", mine, "--course", course.root, "--json").json["score"] is None
