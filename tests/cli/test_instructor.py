"""What an instructor relies on: correct names, a run that can be stopped, messages that say what to do next."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graders.authoring.harness import Bank
from graders.cli import cli
from graders.courses.course import Course
from graders.grading import batch
from graders.grading.oracle import Answers
from graders.messages.errors import SubmissionError
from graders.reports.report import ExerciseReport, Report
from graders.submission import load_submission

ROOT = Path(__file__).parents[2]


def judged(unit: str, symbol: str, *edits: tuple[str, str]) -> ExerciseReport:
    course = Course(ROOT)
    answers, source = Answers(course), course.solution(unit)
    for old, new in edits:
        assert source.count(old) >= 1
        source = source.replace(old, new)
    bank = Bank.build(answers, unit, course.spec(unit).exercise(symbol))
    return bank.judge(vars(course.execute(unit, source)))


def diagnoses(report: ExerciseReport) -> dict[str, str | None]:
    return {check.name: check.diagnosis for check in report.checks if check.verdict != "pass"}


def test_mistake_that_a_right_gradient_contradicts_is_not_named() -> None:
    # db is averaged in Affine: db1 and db2 are N times too small, dW1 and dW2 right; "divided twice" would show in all.
    course = Course(ROOT)
    (line,) = [
        line.strip()
        for line in course.solution("u06_backprop").splitlines()
        if "self.db = " in line and "None" not in line
    ]
    wrong = line.replace("sum(", "mean(")
    assert wrong != line
    report = judged("u06_backprop", "TwoLayerNet.gradient", (line, wrong))
    assert set(diagnoses(report)) == {"db1", "db2"}
    assert not any(name and name.endswith("averaged_again") for name in diagnoses(report).values())


# --- uploads ---


def refused(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        load_submission(path, units=("u01_perceptron", "u06_backprop"), unit="u06_backprop", student="kim")
    return str(caught.value)


def test_document_in_a_folder_is_named(tmp_path: Path) -> None:
    for name in ("과제.hwp", "a.docx", "b.pdf", "c.txt"):
        (tmp_path / name).write_text("x")
    said = refused(tmp_path)
    assert "contains no code, only a.docx, b.pdf, c.txt, …: expected a file such as u06_backprop.py" in said


def test_zip_when_it_holds_a_document_then_the_document_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "kim.zip", "w") as archive:
        archive.writestr("과제.hwp", "x")
    assert "kim.zip contains no code, only 과제.hwp: expected" in refused(tmp_path / "kim.zip")


def test_empty_folder_has_the_unit_asked_for_as_example(tmp_path: Path) -> None:
    assert "contains no unit: expected a file such as u06_backprop.py" in refused(tmp_path)


# --- a class ---


def grade(*words: str) -> Result:
    return CliRunner().invoke(cli, ["grade", *words, "--course", str(ROOT)], standalone_mode=False)


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    for student in ("김민지", "lee"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "u01_perceptron.py").write_text("x = 1\n")
    return tmp_path / "class"


def test_class_when_written_out_then_the_folder_is_told(pair: Path, tmp_path: Path) -> None:
    result = grade(str(pair), "--out", str(tmp_path / "out"), "--lang", "en")
    assert f"Reports, pages, class.csv and class.html are in {tmp_path / 'out'}." in result.stderr
    assert (tmp_path / "out" / "feedback" / "김민지.html").is_file()


def test_class_when_interrupted_then_resume_is_named(
    pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = batch.write_report

    def interrupt(report: Report, out: Path) -> Path:
        if report.student == "lee":
            raise KeyboardInterrupt
        return kept(report, out)

    monkeypatch.setattr(batch, "write_report", interrupt)
    result = grade(str(pair), "--out", str(tmp_path / "out"), "--lang", "en", "--jobs", "1")
    assert "reports are in" in result.stderr
    assert "Run the same command with --resume to continue." in result.stderr
    assert result.return_value == 130
