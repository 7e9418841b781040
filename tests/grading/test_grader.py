"""The path of a submission: what becomes of right, wrong, lost and broken work, and whose fault it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import get_type_hints

import pytest

from graders.courses.course import Course
from graders.feedback.messages import render_message
from graders.grading.annotate import ending_of, located
from graders.grading.grader import grade_submission, rejected
from graders.grading.secret import Secret
from graders.grading.setup import Setup
from graders.messages.errors import DeviceError, SubmissionError
from graders.messages.message import Message
from graders.reports.record import GradingRecord
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from graders.sandbox.contract import Outcome, Sandbox
from tests.small_course import OTHER, UNIT, InProcess, edit, lay_course, right, setup_of, solution_of, spec_of, wrong


def hand_in(folder: Path, text: str, unit: str = UNIT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{unit}.py").write_text(text, encoding="utf-8")
    return folder


def grade(course: Course, tmp_path: Path, text: str, setup: Setup | None = None) -> Report:
    return grade_submission(setup or setup_of(course), hand_in(tmp_path / "kim", text), student="kim")


def verdicts(report: Report) -> dict[str, str]:
    return {f"{one.unit}.{one.name}": one.verdict for one in report.exercises}


# --- verdicts ---


def test_submission_when_right_then_it_gets_full_points(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, right(course))
    assert (report.verdict, report.score, report.max_score, report.student) == ("pass", 3, 3, "kim")
    assert all(len([case for case in check.cases if not case.public]) == 2 for check in report.exercises[0].checks)


def test_known_mistake_is_named(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, wrong(course))
    assert (report.verdict, report.score) == ("fail", 2)
    assert [check.diagnosis for check in report.exercises[0].checks] == [None, None, f"{UNIT}.Scale.da_averaged"]


def test_record_names_course_secret_and_files(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, right(course))
    assert report.course_version == course.version
    assert report.run["key"] == setup_of(course).secret.key_id
    assert report.run["backend"] == "in-process"
    assert report.run.keys() <= get_type_hints(GradingRecord).keys()
    assert report.files == (f"{UNIT}.py",)
    assert len(report.sha256) == 64


def test_syntax_error_tells_each_check_its_line(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, "x = 1\ndef f(:\n")
    assert report.verdict in ("error", "rejected")
    messages = [check.message for one in report.exercises for check in one.checks] or [report.message]
    assert all(message is not None and message.params["line"] == 2 for message in messages)


def test_submission_when_it_cannot_be_read_then_it_is_rejected(course: Course, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = grade_submission(setup_of(course), tmp_path / "empty", student="kim")
    assert (report.verdict, report.score, report.exercises) == ("rejected", 0, ())
    assert report.message is not None
    assert report.message.id == "submission.no_units"


def test_rejection_keeps_id_and_parameters() -> None:
    message = rejected("kim", SubmissionError("source.empty", file="kim.py")).message
    assert message == Message("source.empty", {"file": "kim.py"})


def test_flagged_submission_keeps_its_points(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, "import subprocess\n" + right(course))
    assert (report.verdict, report.score) == ("flagged", 3)
    assert report.flags[0].params["line"] == 1


# --- whose fault ---


def test_failing_reference_breaks_its_exercise_without_a_score(course: Course, tmp_path: Path) -> None:
    text = right(course)
    edit(solution_of(course), "return self.a * dout", "raise ValueError('ours')")
    report = grade(Course(course.root), tmp_path, text)
    assert (report.verdict, report.score) == ("broken", None)
    assert "ours" in str(report.exercises[0].checks[0].message)


def test_exercise_is_tried_once_more_when_the_sandbox_died_early(course: Course, tmp_path: Path) -> None:
    setup = setup_of(course)
    report = grade(course, tmp_path, right(course) + "\n# LOST ONCE\n", setup)
    assert report.verdict == "pass"
    assert setup.backend.batches == 2  # type: ignore[attr-defined]


def test_what_was_not_run_in_time_is_over_a_limit(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, right(course), replace(setup_of(course), budget_s=0.0))
    assert report.verdict == "limit"
    given = Message("ui.seconds", {"seconds": "0"}).to_dict()
    assert report.exercises[0].checks[0].message == Message("ending.budget", {"detail": given})
    assert Message("budget.spent", {"seconds": "0"}) in report.notes
    assert "the exercises before it used up the time" in render_message(report.exercises[0].checks[0].message, "en")


def test_exercise_when_the_sandbox_dies_again_then_it_is_broken(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, right(course) + "\n# LOST TWICE\n")
    assert (report.verdict, report.score) == ("broken", None)
    assert report.exercises[0].checks[0].message == Message("ending.lost", {"detail": ""})


class NoDevice(InProcess):
    """A backend on a machine without the GPU that is asked for."""

    def open(self, needs: tuple[str, ...] = ()) -> Sandbox:
        raise DeviceError("device.none")


def test_device_when_absent_then_it_is_not_run_and_never_a_pass(course: Course, tmp_path: Path) -> None:
    setup = replace(setup_of(course), backend=NoDevice(course))
    report = grade(course, tmp_path, right(course), setup)
    assert (report.verdict, report.score) == ("not_run", None)
    assert {check.verdict for check in report.exercises[0].checks} == {"not_run"}
    message = Report.from_dict(json.loads(json.dumps(report.to_dict()))).exercises[0].checks[0].message
    assert message is not None
    assert "Not run: There is no GPU on this machine. Grade with `--device cpu`. This" in render_message(message, "en")
    assert "실행하지 않았습니다. 이 컴퓨터에는 GPU가 없습니다." in render_message(message, "ko")


def test_report_says_which_device_was_used(course: Course, tmp_path: Path) -> None:
    report = grade(course, tmp_path, right(course), replace(setup_of(course), device="cuda"))
    assert (report.verdict, report.device, report.run["device_asked"]) == ("pass", "cpu", "cuda")


@pytest.mark.parametrize(
    ("ending", "verdict"),
    [
        ("done", "pass"),
        ("crash", "error"),
        ("rejected", "rejected"),
        ("lost", "broken"),
        ("time", "limit"),
        ("memory", "limit"),
        ("output", "limit"),
        ("processes", "limit"),
        ("something new", "limit"),
    ],
)
def test_each_ending_of_the_sandbox_has_a_verdict(ending: str, verdict: str) -> None:
    one = ending_of(Outcome(ending=ending, detail="why", stdout="a", stderr="b"), 5.0)
    assert (one.verdict, one.stdout, one.stderr) == (verdict, "a", "b")
    assert one.message is None if verdict == "pass" else one.message is not None


# --- who knows the public cases ---


def memorised(course: Course) -> str:
    """Right on every public input, and wrong on any other."""
    seen = [float(run.inputs["x"].sum()) for run in setup_of(course).answers.public(UNIT, "Scale")]
    wanted = f"return self.a * x if float(x.sum()) in {seen!r} else self.a + x"
    return right(course).replace("return self.a * x", wanted)


def test_answer_that_knows_public_cases_loses_the_hidden_points(course: Course, tmp_path: Path) -> None:
    (exercise,) = grade(course, tmp_path, memorised(course)).exercises
    out = exercise.checks[0]
    assert (out.name, out.verdict, out.points, out.public) == ("out", "fail", 0, False)
    assert {case.verdict for case in out.cases if case.public and not case.counterexample} == {"pass"}


def test_hidden_failure_finds_a_public_case_that_fails_too(course: Course, tmp_path: Path) -> None:
    (exercise,) = grade(course, tmp_path, memorised(course)).for_student().exercises
    examples = [case for case in exercise.checks[0].cases if case.counterexample]
    assert examples
    assert all(case.public and case.evidence is not None for case in examples)
    assert all(case.public for case in exercise.checks[0].cases)


SHORTCUTS = {
    "attribute": ("np.add.reduce(da)", "numpy.add.reduce"),
    "another name": ("total(da)", "numpy.add.reduce"),
}


@pytest.mark.parametrize(("shortcut", "name"), SHORTCUTS.values(), ids=SHORTCUTS.keys())
def test_forbidden_call_costs_its_exercise_alone(course: Course, tmp_path: Path, shortcut: str, name: str) -> None:
    edit(spec_of(course), "gradients={", 'forbids=("numpy.add.*",),\n        gradients={')
    text = f"import numpy as np\ntotal = np.add.reduce\n{right(course).replace('da.sum(axis=0)', shortcut)}"
    report = grade(course, tmp_path, text)
    (exercise,) = report.exercises
    assert (report.verdict, report.flags, exercise.score) == ("fail", (), 0)
    (message,) = {repr(check.message): check.message for check in exercise.checks}.values()
    assert message is not None
    line = next(n for n, one in enumerate(text.splitlines(), 1) if shortcut in one)
    assert message == Message("forbidden.called_line", {"symbol": "Scale", "name": name, "line": line})
    assert "may not call numpy.add.reduce" in render_message(message, "en")


def test_exercise_when_it_forbids_what_nobody_calls_then_it_pays(course: Course, tmp_path: Path) -> None:
    edit(spec_of(course), "gradients={", 'forbids=("numpy.add.*",),\n        gradients={')
    text = f"import numpy as np\n{right(course)}\n\ndef trial():\n    assert np.add.reduce([1, 2]) == 3\n"
    assert grade(course, tmp_path, text).verdict == "pass"


def test_exercise_that_is_not_asked_for_may_call_anything(course: Course, tmp_path: Path) -> None:
    edit(spec_of(course), "gradients={", 'forbids=("numpy.add.*",),\n        gradients={')
    text = f"import numpy as np\n{right(course).replace('da.sum(axis=0)', 'np.add.reduce(da)')}"
    report = grade(course, tmp_path, text, replace(setup_of(course), exercises=(f"{UNIT}.Nothing",)))
    assert (report.verdict, report.exercises) == ("missing", ())


def by_differences(course: Course) -> str:
    text = right(course).replace(
        "da.sum(axis=0)", "((self.a + H) * x * dout - (self.a - H) * x * dout).sum(0) / (2 * H)"
    )
    text = text.replace("return self.a * dout", "return (self.a * (x + H) - self.a * (x - H)) / (2 * H) * dout")
    return f"H = 1e-5\n{text}".replace("    def backward(self, dout):", "    def backward(self, dout, H=1e-5):")


@pytest.mark.parametrize(("numeric", "score"), [("flag", 3), ("refuse", 1), ("allow", 3)])
def test_course_decides_about_numerical_gradients(course: Course, tmp_path: Path, numeric: str, score: float) -> None:
    edit(spec_of(course), "gradients={", f"numeric={numeric!r},\n        gradients={{")
    text = by_differences(course).replace("dout, H=1e-5):", "dout, H=1e-5):\n        x = self.x")
    report = grade(course, tmp_path, text)
    (exercise,) = report.exercises
    assert exercise.score == score
    assert [flag.id for flag in report.flags] == ([] if numeric == "allow" else ["policy.numeric"])
    said = [note.id for note in exercise.notes]
    assert said == (["note.numeric"] if numeric == "flag" else [])
    assert "differences" in " ".join(render_message(note, "en") for note in exercise.notes) or numeric != "flag"
    assert report.for_student().flags == ()


def test_unit_when_it_forbids_a_library_then_every_exercise_does(course: Course, tmp_path: Path) -> None:
    edit(spec_of(course), "UNIT = Unit(", 'UNIT = Unit(\n    forbids=("torch.*",),')
    assert course.spec(UNIT).exercise("Scale").forbids == ("torch.*",)
    text = right(course).replace("da.sum(axis=0)", "torch.tensor(da).sum(0).numpy()")
    report = grade(course, tmp_path, f"import torch\n{text}")
    assert (report.score, report.exercises[0].checks[0].message.params["name"]) == (0, "torch.tensor")  # type: ignore[union-attr]


def test_finding_in_a_helper_names_its_module(course: Course, tmp_path: Path) -> None:
    hand_in(tmp_path / "kim", "from helper import f\n" + right(course))
    (tmp_path / "kim" / "helper.py").write_text("import subprocess\nf = 1\n")
    setup = setup_of(course)
    report = grade_submission(setup, tmp_path / "kim", student="kim")
    assert ("helper", 1) in {(flag.params["unit"], flag.params["line"]) for flag in report.flags}


# --- several units ---


@pytest.fixture
def two(tmp_path: Path) -> Course:
    return lay_course(tmp_path / "two", OTHER, UNIT)


def test_two_units_are_graded_in_order(two: Course, tmp_path: Path) -> None:
    hand_in(tmp_path / "kim", wrong(two))
    folder = hand_in(tmp_path / "kim", right(two), OTHER)
    report = grade_submission(setup_of(two), folder)
    assert verdicts(report) == {f"{OTHER}.Scale": "pass", f"{UNIT}.Scale": "fail"}
    assert (report.student, report.score) == ("kim", 5)


def test_units_when_one_is_asked_for_then_the_other_is_left_out(two: Course, tmp_path: Path) -> None:
    hand_in(tmp_path / "kim", wrong(two))
    folder = hand_in(tmp_path / "kim", right(two), OTHER)
    assert verdicts(grade_submission(setup_of(two, (OTHER,)), folder)) == {f"{OTHER}.Scale": "pass"}
    assert verdicts(grade_submission(setup_of(two), folder, unit=UNIT)) == {f"{UNIT}.Scale": "fail"}


def test_each_kind_of_needs_has_its_sandbox(two: Course, tmp_path: Path) -> None:
    edit(spec_of(two), '"ko": "새 단원"}', '"ko": "새 단원"}, needs=("torch",)')
    hand_in(tmp_path / "kim", right(two))
    setup = setup_of(Course(two.root))
    report = grade_submission(setup, hand_in(tmp_path / "kim", right(two), OTHER))
    assert (report.verdict, setup.backend.batches) == ("pass", 2)  # type: ignore[attr-defined]
    assert report.run["wall_s"] == 0.02


def test_advice_says_which_groundwork_to_fix_first(two: Course, tmp_path: Path) -> None:
    edit(spec_of(two), 'outputs=("out"', f'after=("{OTHER}.Scale",),\n        outputs=("out"')
    hand_in(tmp_path / "kim", wrong(two), OTHER)
    report = grade_submission(setup_of(Course(two.root)), hand_in(tmp_path / "kim", wrong(two)))
    later = next(one for one in report.exercises if one.unit == UNIT)
    assert Message("after", {"first": f"{OTHER}.Scale", "then": "Scale"}) in later.notes


def test_advice_when_groundwork_passed_then_there_is_none(two: Course, tmp_path: Path) -> None:
    edit(spec_of(two), 'outputs=("out"', f'after=("{OTHER}.Scale",),\n        outputs=("out"')
    hand_in(tmp_path / "kim", right(two), OTHER)
    report = grade_submission(setup_of(Course(two.root)), hand_in(tmp_path / "kim", wrong(two)))
    assert not any(note.id == "after" for one in report.exercises for note in one.notes)


# --- hidden inputs ---


def test_hidden_inputs_differ_by_secret_student_and_nonce(course: Course, tmp_path: Path) -> None:
    seen: list[bytes] = []

    class Listening(InProcess):
        def run(self, batch):  # type: ignore[no-untyped-def]
            seen.append(batch.jobs[0].hidden[0][1]["x"].tobytes())
            return super().run(batch)

    folder = hand_in(tmp_path / "kim", right(course))
    setup = replace(setup_of(course), backend=Listening(course))
    other = replace(setup, secret=Secret(b"another secret of sixteen"))
    for one, student in ((setup, "kim"), (setup, "kim"), (setup, "lee"), (other, "kim")):
        grade_submission(one, folder, student=student, nonce="00ff")
    grade_submission(setup, folder, student="kim")
    grade_submission(setup, folder, student="kim")
    assert seen[0] == seen[1]
    assert len(set(seen)) == 5


def test_messages_about_a_notebook_name_cell_and_line() -> None:
    message = Message("compare.raised_line", {"line": 12, "kind": "ValueError"})
    check = CheckReport(
        "out", "core", "error", 0, 1, message=message, cases=(CaseReport("a", 0, True, "error", message),)
    )
    one = located(ExerciseReport("u", "E", "error", (check,)), lambda line: f"cell 4, line {line - 9}")
    assert one.checks[0].message.params["line"] == "cell 4, line 3"  # type: ignore[union-attr]
    assert one.checks[0].cases[0].message.params["line"] == "cell 4, line 3"  # type: ignore[union-attr]
    assert located(one, None) is one


def test_notes_about_a_notebook_name_cell_and_line() -> None:
    note = Message("note.side_error", {"line": 12, "kind": "ValueError"})
    one = located(ExerciseReport("u", "E", "pass", (), (note,)), lambda line: f"cell 4, line {line - 9}")
    assert one.notes[0].params["line"] == "cell 4, line 3"


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (Message("ending.detail_status", {"status": 3}), "(the process exited with status 3)"),
        (Message("ending.detail_signal", {"signal": "SIGSEGV"}), "(ended by SIGSEGV)"),
        (Message("ending.detail_hidden"), "(in a hidden run)"),
        ("something else", "(something else)"),
    ],
)
def test_detail_of_an_ending_has_a_sentence(detail: Message | str, said: str) -> None:
    message = ending_of(Outcome(ending="crash", detail=detail), 5.0).message
    assert message is not None
    assert said in render_message(message, "en")
    assert (said in render_message(message, "ko")) == (detail == "something else")
