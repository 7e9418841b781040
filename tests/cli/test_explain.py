"""``check`` opens what is said after an exercise with the student's own answers, and ``explain`` prints it."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from graders.courses.course import Course
from tests.cli.conftest import Deepgrade
from tests.explained_course import AFTER, SECRET_WORDS, with_after
from tests.small_course import UNIT, right, wrong

OPEN = "Now open: the explanation of Scale. To read it: deepgrade explain Scale"


@pytest.fixture
def home(course: Course, deepgrade: Deepgrade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder, in which they stand; the staff's reference is out of reach."""
    with_after(course)
    deepgrade("release", "--to", tmp_path / "bundle", "--course", course.root)
    monkeypatch.delenv("DEEPGRADE_COURSE")
    deepgrade("start", tmp_path / "home", "--from", tmp_path / "bundle")
    shutil.rmtree(course.root / "reference", ignore_errors=False)
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def texts(course: Course) -> tuple[str, str]:
    return right(course), wrong(course)


def write(home: Path, text: str) -> Path:
    path = home / UNIT / f"{UNIT}.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_right_answer_opens_once_and_is_read_later(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    path = write(home, texts[0])
    assert deepgrade("check", path).out.rstrip().endswith(OPEN)
    assert "Now open" not in deepgrade("check", path).out
    path.unlink()  # nothing is run again
    done = deepgrade("explain", "Scale")
    assert (done.code, done.out.strip()) == (0, AFTER["en"].split("-->\n")[1].strip())
    assert SECRET_WORDS["ko"] in deepgrade("explain", f"{UNIT}::Scale", "--lang", "ko").out
    assert SECRET_WORDS["en"] in deepgrade("explain", UNIT, "--json").json["texts"][0]


def test_float32_and_another_style_open_too(home: Path, deepgrade: Deepgrade) -> None:
    text = """import numpy as np
class Scale:
    def __init__(self, a):
        self.a = a.astype(np.float32)
    def forward(self, x):
        self.x = x.astype(np.float32)
        return np.stack([row * self.a for row in self.x])
    def backward(self, dout):
        self.da = sum(d * r for d, r in zip(dout.astype(np.float32)[::-1], self.x[::-1]))
        return np.array([row * self.a for row in dout])
"""
    assert OPEN in deepgrade("check", write(home, text)).out


def test_wrong_answer_opens_nothing(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    assert "Now open" not in deepgrade("check", write(home, texts[1])).out
    done = deepgrade("explain", "Scale")
    assert done.code == 1
    assert done.out == "The explanation of Scale opens when your own Scale passes.\n"
    assert not (home / ".deepgrade" / "opened.json").exists()


def test_later_mistake_locks_nothing_again(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    deepgrade("check", write(home, texts[0]))
    deepgrade("check", write(home, texts[1]))
    assert deepgrade("explain", "Scale").code == 0


def test_check_in_json_says_only_json(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    assert deepgrade("check", write(home, texts[0]), "--json").json["verdict"] == "pass"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"u99_topic": 3}', '{"u99_topic": {"Scale": "zz"}}', "[" * 9999])
def test_spoiled_keys_are_made_again(texts: tuple[str, str], home: Path, deepgrade: Deepgrade, content: str) -> None:
    kept = home / ".deepgrade" / "opened.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(content)
    assert deepgrade("explain", "Scale").code == 1
    assert OPEN in deepgrade("check", write(home, texts[0])).out
    assert list(json.loads(kept.read_text())[UNIT]) == ["Scale"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"schema": 2}', "\0", "[" * 9999])
def test_spoiled_file_is_a_sentence(texts: tuple[str, str], home: Path, deepgrade: Deepgrade, content: str) -> None:
    (home / UNIT / "after.json").write_text(content)
    done = deepgrade("check", write(home, texts[0]))
    assert done.code == 0
    assert "after.json cannot be read" in done.out
    assert "after.json cannot be read" in deepgrade("explain", "Scale").err


def test_tampered_texts_and_keys_stay_closed(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    path = home / UNIT / "after.json"
    data = json.loads(path.read_text())
    sealed = data["blocks"][0]["texts"]["en"]
    data["blocks"][0]["texts"]["en"] = ("A" if sealed[0] != "A" else "B") + sealed[1:]
    path.write_text(json.dumps(data))
    deepgrade("check", write(home, texts[0]))
    done = deepgrade("explain", "Scale", "--lang", "en")
    assert (done.code, done.out.split(".")[0]) == (1, "The explanation of Scale was changed after it was sealed")


def test_unit_without_texts_says_so(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    (home / UNIT / "after.json").unlink()
    assert "Now open" not in deepgrade("check", write(home, texts[0])).out
    assert deepgrade("explain", "Scale").out == "Scale has no explanation.\n"


def test_folder_that_nobody_may_write_stops_nothing(
    texts: tuple[str, str], home: Path, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object, **options: object) -> None:
        raise PermissionError(13, "denied", "opened.json")

    monkeypatch.setattr(Path, "write_text", refused)
    path = home / UNIT / f"{UNIT}.py"
    path.write_bytes(texts[0].encode())
    assert OPEN in deepgrade("check", path).out


def test_staff_read_it_from_their_reference(course: Course, deepgrade: Deepgrade) -> None:
    with_after(course, "staff")
    assert SECRET_WORDS["en"] in deepgrade("explain", "Scale", "--course", course.root).out
    done = deepgrade("explain", "Scale")  # the course that is meant, but not as its staff
    assert (done.code, done.out) == (1, "In this course the staff explain Scale after it passes. Ask them.\n")


def test_course_may_leave_it_open(course: Course, deepgrade: Deepgrade) -> None:
    with_after(course, "open")
    shutil.rmtree(course.root / "reference")
    assert SECRET_WORDS["en"] in deepgrade("explain", "Scale").out


def test_text_moves_no_cursor(course: Course, deepgrade: Deepgrade) -> None:
    path = course.folder(UNIT) / "after.en.md"
    with_after(course, "open")
    path.write_text(AFTER["en"].replace("Another", "\x1b[31mAnother\u202e\x07"), encoding="utf-8")
    deepgrade("release")
    out = deepgrade("explain", "Scale").out
    assert "[31mAnother" in out
    assert not {"\x1b", "\u202e", "\x07"} & {*out}


def test_exercise_that_is_not_there_is_refused(home: Path, deepgrade: Deepgrade) -> None:
    assert deepgrade("explain", "Scal").code == 2


def test_keys_are_a_file_of_ones_own(texts: tuple[str, str], home: Path, deepgrade: Deepgrade) -> None:
    deepgrade("check", write(home, texts[0]))
    assert stat.S_ISREG((home / ".deepgrade" / "opened.json").stat().st_mode)
    assert SECRET_WORDS["en"] not in (home / ".deepgrade" / "opened.json").read_text()
