"""Reading in a process of its own gives the same result; what exhausts or crashes it affects only that student."""

from __future__ import annotations

import builtins
import ctypes
import json
import os
import signal
import symtable
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders.courses.course import Course
from graders.grading import intake
from graders.grading.grader import grade_submission
from graders.grading.intake import read_apart, read_with_flags
from graders.grading.report_store import load_report, report_path
from graders.host import apart
from graders.host.apart import Answer
from graders.messages.errors import BrokenError, SubmissionError, UsageError
from graders.messages.message import Message
from graders.submission import Submission, find_submissions, load_submission
from graders.submission.plain import from_plain, to_plain
from tests.small_course import UNIT, grade_class, right, setup_of

UNITS = ("u06_backprop", "u07_optimizers")
RELU = "import numpy as np\nfrom common.layers import Base\n\n\ndef relu(x):\n    return np.maximum(x, 0)\n"


def notebook(*sources: str, **metadata: str) -> str:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {"deepgrade": metadata}, "nbformat": 4, "nbformat_minor": 5})


def uploads(folder: Path) -> Iterator[tuple[str, Path]]:
    """Modules, notebooks, helpers, faults, notes, names that are no Unicode."""
    files = {
        "module/u06_backprop.py": RELU,
        "module/common/layers.py": "class Base:\n    '''글 \U0001f600 \x01'''\n",
        "fault/u06_backprop.py": "\ufeffdef relu(x:\n",
        "fault/u07_optimizers.py": "x = 1\n",
        "notebook/u06_backprop.ko.ipynb": notebook(
            "%ls\n" + RELU, "x = y\n\n\n", "def f(:\n", "z = 1; w = 2", language="ko"
        ),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(folder / "kim.zip", "w") as archive:
        for name in ("module/u06_backprop.py", "module/common/layers.py"):
            archive.write(folder / name, name)
    odd = os.fsdecode(os.fsencode(folder) + b"/kim\xff")
    os.mkdir(odd)
    Path(odd, "u06_backprop.py").write_text("x = 1\n")
    yield from {"odd": Path(odd), "zip": folder / "kim.zip"}.items()
    yield from ((name, folder / name) for name in ("module", "fault", "notebook"))


def plain(submission: Submission) -> Submission:
    return replace(
        submission, sources={unit: replace(one, lines=dict(one.lines)) for unit, one in submission.sources.items()}
    )


def test_upload_read_apart_is_what_would_be_read_here(tmp_path: Path) -> None:
    for name, path in uploads(tmp_path):
        here = load_submission(path, units=UNITS)
        assert plain(read_apart(path, units=UNITS)) == plain(here), name
        assert read_apart(path, units=UNITS, student="Kim").student == "Kim"


def test_lines_when_there_are_many_then_they_are_where_they_were(tmp_path: Path) -> None:
    path = tmp_path / "u06_backprop.ipynb"
    path.write_text(notebook("def f():\n" + "\n" * 5000 + "    return 1\n", "1 +\n", "f()\nx = 1\nf()\ny = 2\n"))
    source = load_submission(path, units=UNITS).sources["u06_backprop"]
    again = read_apart(path, units=UNITS).sources["u06_backprop"]
    assert dict(again.lines) == dict(source.lines)
    assert [again.place_of(line) for line in (0, 1, 5002, 99999)] == [
        source.place_of(line) for line in (0, 1, 5002, 99999)
    ]


@pytest.mark.parametrize(
    ("name", "unit", "error", "words"),
    [
        ("kim.py", None, SubmissionError, "belongs to no unit"),
        ("absent.py", None, UsageError, "does not exist"),
        ("kim.py", "u99", UsageError, "There is no unit 'u99'"),
        ("u06_backprop.py", None, SubmissionError, "is empty"),
    ],
)
def test_upload_when_it_is_refused_then_the_error_is_the_same(
    name: str, unit: str | None, error: type[Exception], words: str, tmp_path: Path
) -> None:
    (tmp_path / "kim.py").write_text("x = 1\n")
    (tmp_path / "u06_backprop.py").write_text("")
    told = []
    for read in (load_submission, read_apart):
        with pytest.raises(error, match=words) as caught:
            read(tmp_path / name, units=UNITS, unit=unit)
        told.append((str(caught.value), caught.value.message_id, caught.value.params))  # type: ignore[attr-defined]
    assert told[0] == told[1]


# --- what a text may do to its reader --------------------------------------------------------------------------------


def endless(*_: Any, **__: Any) -> Any:
    while True:
        pass


HARM: dict[str, tuple[Callable[..., Any], str]] = {
    "time": (endless, "upload.slow"),
    "memory": (lambda *_, **__: bytearray(2 << 30), "upload.heavy"),
    "crash": (lambda *_, **__: ctypes.string_at(0), "upload.crash"),
}


@pytest.fixture
def room(course: Course, tmp_path: Path) -> Path:
    for student in ("kim", "mallory", "park"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{UNIT}.py").write_text(right(course) + f"\n# {student}\n", encoding="utf-8")
    return tmp_path / "class"


def harmful(function: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
    """What mallory's text does to the real function."""

    def call(text: Any, *rest: Any, **options: Any) -> Any:
        return function() if "mallory" in str(text) else real(text, *rest, **options)

    return call


@pytest.mark.parametrize("harm", HARM)
def test_text_that_crashes_python_rejects_only_its_student(
    harm: str, course: Course, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, id = HARM[harm]
    monkeypatch.setattr(apart, "CPU_S", 1)
    monkeypatch.setattr("graders.submission.reading.parse", harmful(function, lambda text, file: compile_tree(text)))
    found = find_submissions(room, course.units)
    reports = {one.student: one for one in grade_class(setup_of(course), found, jobs=2)}
    assert {name: one.verdict for name, one in reports.items()} == {
        "kim": "pass",
        "mallory": "rejected",
        "park": "pass",
    }
    message = reports["mallory"].message
    assert message is not None
    assert (message.id, message.params["name"], reports["mallory"].score) == (id, "mallory", 0)


def compile_tree(text: str) -> Any:
    import ast

    return ast.parse(text)


def test_reader_killed_from_outside_is_not_the_students_fault(
    course: Course, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "graders.submission.reading.parse",
        harmful(lambda: os.kill(os.getpid(), signal.SIGKILL), lambda text, file: compile_tree(text)),
    )
    reports = grade_class(setup_of(course), find_submissions(room, course.units), jobs=2)
    assert [(one.verdict, one.score) for one in reports] == [("pass", 3), ("broken", None), ("pass", 3)]


def test_exhausted_policy_tells_staff_and_leaves_the_points(
    course: Course, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "CPU_S", 1)
    monkeypatch.setattr(intake, "check_source", harmful(endless, intake.check_source))
    report = grade_submission(setup_of(course), room / "mallory")
    assert (report.verdict, report.score) == ("flagged", 3)
    assert report.flags == (Message("policy.exhausted", {"student": "mallory"}),)


FORGED: list[Any] = [
    7,
    None,
    [],
    {},
    {"refused": "SystemExit"},
    {"refused": "SubmissionError", "id": "verdict.pass", "params": {}},
    {"refused": "SubmissionError", "id": "source.empty"},
]


@pytest.mark.parametrize("value", FORGED)
def test_answer_when_it_is_none_then_our_side_is_broken(
    value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "call_apart", lambda function: Answer((value,)))
    with pytest.raises(BrokenError, match="sent a malformed answer"):
        read_apart(tmp_path / "kim.py", units=UNITS)


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "unit": lambda data: data.update(units=["u99_other"]),
    "no unit": lambda data: data.update(units=[]),
    "source": lambda data: data["sources"].update(u99_other=data["sources"]["u06_backprop"]),
    "text": lambda data: data["sources"]["u06_backprop"].update(text=3),
    "long": lambda data: data["sources"]["u06_backprop"].update(text="x" * (3 << 20)),
    "module": lambda data: data["extra"].update({"../x": ""}),
    "lines": lambda data: data["sources"]["u06_backprop"].update(lines=[3, 2, 1, 1]),
    "lines twice": lambda data: data["sources"]["u06_backprop"].update(lines=[3, 1, 1, 1, 1, 1, 1]),
    "lines of words": lambda data: data["sources"]["u06_backprop"].update(lines=["a"]),
    "lines below": lambda data: data["sources"]["u06_backprop"].update(lines=[3, 1, -1, 1]),
    "note": lambda data: data["notes"].append({"id": "broken", "params": {}}),
    "parameter": lambda data: data["notes"].append({"id": "source.bom", "params": {"file": [[]]}}),
    "notes": lambda data: data["notes"].extend([{"id": "source.bom", "params": {}}] * 2000),
    "files": lambda data: data.update(files=["a"] * 1000),
    "language": lambda data: data.update(language="xx"),
    "student": lambda data: data.pop("student"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_data_when_they_are_no_submission_then_they_are_refused(change: str, tmp_path: Path) -> None:
    (tmp_path / "u06_backprop.py").write_text("x = 1\n")
    data = to_plain(load_submission(tmp_path, units=UNITS))
    assert from_plain(json.loads(json.dumps(data)), UNITS).units == ("u06_backprop",)
    CHANGES[change](data)
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        from_plain(data, UNITS)


def test_finding_when_it_is_in_no_text_then_our_side_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "u06_backprop.py").write_text("x = 1\n")
    data = to_plain(load_submission(tmp_path, units=UNITS))
    for found in (["u07_optimizers", 1, "import", "os"], ["u06_backprop", "1", "import", "os"], ["u06_backprop"], 7):
        monkeypatch.setattr(intake, "call_apart", lambda function, found=found: Answer((data, [found])))
        with pytest.raises(BrokenError, match="sent a malformed answer"):
            read_with_flags(tmp_path, lambda unit: (), units=UNITS)


def test_message_when_a_parameter_is_long_then_it_is_cut(tmp_path: Path) -> None:
    name = "x" * 100_000
    path = tmp_path / "u06_backprop.ipynb"
    path.write_text(notebook(f"def {name}(): pass", f"def {name}(): pass"))
    (note,) = read_apart(path, units=UNITS).notes
    assert note.id == "notebook.duplicate"
    assert len(note.params["name"]) < 1100


# --- the grader's own process ----------------------------------------------------------------------------------------

MARK = "handed in by a student"


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever reads a text with the mark in this process."""
    grader, seen = os.getpid(), []

    def spy(place: Any, name: str) -> None:
        real = getattr(place, name)

        def call(text: Any, *rest: Any, **options: Any) -> Any:
            read = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
            answer = name == "loads" and '"cell_type' not in read  # of the process that reads, as data
            if os.getpid() == grader and MARK in read and not answer and "student.py" not in rest:  # our own sandbox
                seen.append(name)
            return real(text, *rest, **options)

        monkeypatch.setattr(place, name, call)

    for place, name in ((builtins, "compile"), (symtable, "symtable"), (json, "loads")):
        spy(place, name)
    for module, name in (
        ("text", "decode"),
        ("reading", "decode"),
        ("notebook", "read_notebook"),
    ):
        spy(__import__(f"graders.submission.{module}", fromlist=["_"]), name)
    return seen


def test_nothing_of_a_class_is_read_in_the_graders_process(course: Course, tmp_path: Path, spied: list[str]) -> None:
    text = right(course) + f"\n# {MARK}\n"
    for student in ("kim", "lee", "park"):
        (tmp_path / "class" / student).mkdir(parents=True)
    (tmp_path / "class" / "kim" / f"{UNIT}.py").write_text(text, encoding="utf-8")
    (tmp_path / "class" / "lee" / f"{UNIT}.ipynb").write_text(notebook(text), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "class" / "park" / "work.zip", "w") as archive:
        archive.writestr(f"{UNIT}.py", text)
    setup, out = setup_of(course), tmp_path / "out"
    for resume in (False, True):
        found = find_submissions(tmp_path / "class", course.units)
        reports = grade_class(setup, found, jobs=2, out=out, resume=resume)
        assert [(one.student, one.verdict, one.score) for one in reports] == [
            (student, "pass", 3) for student in ("kim", "lee", "park")
        ]
    assert load_report(report_path(out, "lee")).sha256 == reports[1].sha256
    assert spied == []


def test_no_notebook_is_read_in_the_graders_process(
    course: Course, tmp_path: Path, spied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("kim", "lee", "park"):
        (folder / f"{name}.ipynb").write_text(notebook(f"x = 1  # {MARK}", unit=UNIT if name != "kim" else ""))
    assert [student for student, _ in find_submissions(folder, course.units)] == ["kim", "lee", "park"]
    assert spied == []
    monkeypatch.setattr(apart, "CPU_S", 1)
    monkeypatch.setattr("graders.submission.notebook.read_notebook", endless)
    assert [student for student, _ in find_submissions(folder, course.units)] == ["kim", "lee", "park"]
