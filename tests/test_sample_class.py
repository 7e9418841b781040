"""The sample class, graded for real: in a sandbox, with the reference, each student's verdict known beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graders.cli import cli
from graders.messages.errors import UsageError
from graders.reports.report import Report

ROOT = Path(__file__).parents[1]
CLASS = ROOT / "tests" / "class"

# student → verdict, and diagnoses that must be among the report's
KNOWN: dict[str, tuple[str, set[str]]] = {
    "ben-carter": ("error", {"u06_backprop.Affine.dx_without_transpose"}),
    "chloe-martin": ("limit", set()),
    "choi-dohyun": ("fail", {"u06_backprop.SoftmaxWithLoss.gradient_not_averaged"}),
    "david-okafor": ("error", set()),
    "eve-marlow": ("rejected", set()),
    "frank-weber": ("rejected", set()),
    "grace-moreau": ("rejected", set()),
    "han-jiwoo": ("fail", {"u06_backprop.Tanh.square_of_difference"}),
    "hana-sato": ("pass", set()),
    "ivan-petrov": ("error", set()),
    "julia-santos": ("fail", set()),
    "jung-haeun": (
        "fail",
        {"u06_backprop.SoftmaxWithLoss.not_averaged_with_epsilon", "u01_perceptron.NAND.keeps_negative_bias"},
    ),
    "kang-taeyang": ("fail", {"u06_backprop.MeanSquaredError.half_sum"}),
    "kim-minji": ("pass", set()),
    "lee-junho": ("pass", set()),
    "park-seoyeon": ("fail", {"u06_backprop.Affine.db_mean"}),
}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), standalone_mode=False, catch_exceptions=False)


@pytest.fixture(autouse=True)
def state() -> None:
    """The class is graded once for all tests here, so they share one secret."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Report]]:
    out = tmp_path_factory.mktemp("out")
    result = run("grade", str(CLASS), "--out", str(out), "--lang", "en", "--json", "--course", str(ROOT))
    assert result.return_value == 1
    reports = [Report.from_dict(json.loads(path.read_text())) for path in (out / "reports").glob("*.json")]
    return out, {report.student: report for report in reports}


@pytest.mark.xdist_group("class")
def test_every_student_of_the_class_has_the_known_verdict(
    graded: tuple[Path, dict[str, Report]],
) -> None:
    assert {student: report.verdict for student, report in graded[1].items()} == {
        student: verdict for student, (verdict, _) in KNOWN.items()
    }


@pytest.mark.xdist_group("class")
@pytest.mark.parametrize("student", [student for student, (_, named) in KNOWN.items() if named])
def test_mistake_when_it_is_in_the_catalogue_then_it_is_named(
    graded: tuple[Path, dict[str, Report]], student: str
) -> None:
    checks = [check for exercise in graded[1][student].exercises for check in exercise.checks]
    assert KNOWN[student][1] <= {check.diagnosis for check in checks}


@pytest.mark.xdist_group("class")
def test_mistake_when_nobody_made_it_then_nobody_is_told(graded: tuple[Path, dict[str, Report]]) -> None:
    for student in ("hana-sato", "kim-minji", "lee-junho"):
        report = graded[1][student]
        assert report.score == sum(exercise.max_score for exercise in report.exercises)
        assert not any(check.diagnosis for exercise in report.exercises for check in exercise.checks)


@pytest.mark.xdist_group("class")
def test_hidden_values_are_gone_from_the_students_report(
    graded: tuple[Path, dict[str, Report]],
) -> None:
    for report in graded[1].values():
        for exercise in report.for_student().exercises:
            for check in exercise.checks:
                assert all(case.public for case in check.cases)


@pytest.mark.xdist_group("class")
def test_failed_hidden_check_has_a_public_counterexample(
    graded: tuple[Path, dict[str, Report]],
) -> None:
    for exercise in graded[1]["park-seoyeon"].exercises:
        for check in exercise.checks:
            if check.verdict == "fail":
                assert any(case.evidence is not None for case in check.cases if case.verdict == "fail")


@pytest.mark.xdist_group("class")
def test_resume_grades_nothing_again_when_all_is_there(graded: tuple[Path, dict[str, Report]]) -> None:
    out, reports = graded
    before = {path: path.stat().st_mtime_ns for path in (out / "reports").iterdir()}
    result = run("grade", str(CLASS), "--out", str(out), "--resume", "--exit-zero", "--course", str(ROOT))
    assert result.return_value == 0
    final = {path for path in before if reports_verdict(path) not in ("rejected", "broken")}
    assert len(final) == len(reports) - 3
    assert all(path.stat().st_mtime_ns == before[path] for path in final)


def reports_verdict(path: Path) -> str:
    data = json.loads(path.read_text())
    return str(data["verdict"]) if data["sha256"] else "rejected"


@pytest.mark.xdist_group("class")
def test_autograd_names_the_mistake_in_the_torch_unit() -> None:
    result = run("grade", str(ROOT / "tests" / "torch_class"), "--json", "--exit-zero", "--course", str(ROOT))
    wrong, right = json.loads(result.stdout)["submissions"]
    assert right["verdict"] == "pass"
    assert wrong["verdict"] == "fail"
    said = {check["diagnosis"] for exercise in wrong["exercises"] for check in exercise["checks"]}
    assert "u19_transformer.scaled_dot_product_attention.no_scale" in said


@pytest.mark.xdist_group("class")
def test_replay_when_nothing_changed_then_the_verdicts_agree(graded: tuple[Path, dict[str, Report]]) -> None:
    out, _ = graded
    report = out / "reports" / "park-seoyeon.json"
    result = run("replay", str(report), str(CLASS / "park-seoyeon"), "--course", str(ROOT), "--json")
    assert result.return_value == 0
    assert "agree" in result.stderr


BOOK_HEADER = """\
from common.functions import *
from common.util import im2col, col2im
from dataset.mnist import load_mnist
import matplotlib.pyplot as plt
import cupy
"""
CONVOLUTION = """

class Convolution:
    def forward(self, x):
        return im2col(x, 3, 3)
"""


@pytest.mark.xdist_group("class")
def test_imports_of_layers_copied_whole_cost_nothing(tmp_path: Path) -> None:
    solution = (ROOT / "reference" / "u06_backprop" / "solution.py").read_text()
    (tmp_path / "u06_backprop.py").write_text(BOOK_HEADER + solution + CONVOLUTION)
    result = run("grade", str(tmp_path / "u06_backprop.py"), "--json", "--course", str(ROOT), "--lang", "en")
    report = json.loads(result.stdout)
    assert report["score"] == report["max_score"] > 0
    assert all(exercise["verdict"] == "pass" for exercise in report["exercises"])


@pytest.mark.xdist_group("class")
def test_layer_without_an_attribute_is_not_said_to_stop(tmp_path: Path) -> None:
    solution = (ROOT / "reference" / "u06_backprop" / "solution.py").read_text()
    broken = "\n\nclass Affine:\n    def __init__(self, W, b):\n        self.W = W\n\n    def forward(self, x):\n"
    (tmp_path / "u06_backprop.py").write_text(f"{solution}{broken}        return x @ self.W + self.b\n")
    result = run("grade", str(tmp_path / "u06_backprop.py"), "--course", str(ROOT), "--lang", "en", "--exit-zero")
    assert "Your module stops" not in result.stdout
    assert "reads self.b, but __init__ keeps b only as a local name" in " ".join(result.stdout.split())


def graded_again(file: Path, out: Path, *words: str) -> tuple[str, dict[str, object]]:
    target = [str(file) if "::" not in words[0] else f"{file}{words[0]}", *words["::" in words[0] :]]
    common = ["--out", str(out), "--course", str(ROOT), "--lang", "en", "--exit-zero", "--student", "park"]
    shown = run("grade", *target, *common).stdout
    return shown, json.loads((out / "reports" / "park.json").read_text())


@pytest.mark.xdist_group("class")
def test_one_exercise_graded_again_alone_counts_and_is_compared(tmp_path: Path) -> None:
    file, out = tmp_path / "u06_backprop.py", tmp_path / "out"
    solution = (ROOT / "reference" / "u06_backprop" / "solution.py").read_text()
    file.write_text((CLASS / "park-seoyeon" / "u06_backprop.py").read_text())
    shown, whole = graded_again(file, out, "--unit", "u06")
    assert "Since the previous report" not in shown
    file.write_text(solution)
    shown, one = graded_again(file, out, "::Affine")
    assert [exercise["name"] for exercise in one["exercises"]] == ["Affine"]  # type: ignore[attr-defined]
    assert (one["score"], one["max_score"]) == (13, 13)
    assert "Since the previous report: Affine 9 → 13" in shown
    assert json.loads((out / "earlier" / "park.json").read_text()) == whole
    shown, two = graded_again(file, out, "--exercise", "Relu", "--exercise", "u06.TwoLayerNet")
    names = [exercise["name"] for exercise in two["exercises"]]  # type: ignore[attr-defined]
    assert names == ["Relu", "TwoLayerNet.predict", "TwoLayerNet.accuracy", "TwoLayerNet.gradient"]
    assert "Since the previous report" not in shown
    assert json.loads((out / "earlier" / "park.json").read_text()) == whole


@pytest.mark.xdist_group("class")
def test_resume_of_one_exercise_refuses_a_report_of_others(tmp_path: Path) -> None:
    file, out = tmp_path / "u06_backprop.py", tmp_path / "out"
    file.write_text((ROOT / "reference" / "u06_backprop" / "solution.py").read_text())
    graded_again(file, out, "::Relu")
    _, again = graded_again(file, out, "::Affine", "--resume")
    assert again["max_score"] == 13


@pytest.mark.xdist_group("class")
def test_students_without_the_one_exercise_get_nothing(tmp_path: Path) -> None:
    for student in ("kim", "lee", "park"):
        (tmp_path / student).mkdir()
    solution = (ROOT / "reference" / "u06_backprop" / "solution.py").read_text()
    (tmp_path / "kim" / "u06_backprop.py").write_text(solution)
    (tmp_path / "lee" / "u06_backprop.py").write_text("x = 1\n")
    (tmp_path / "park" / "u01_perceptron.py").write_text("x = 1\n")
    result = run("grade", str(tmp_path), "--exercise", "Affine", "--json", "--exit-zero", "--course", str(ROOT))
    found = json.loads(result.stdout)["submissions"]
    assert [(one["student"], one["score"], one["max_score"]) for one in found] == [
        ("kim", 13, 13),
        ("lee", 0, 13),
        ("park", 0, 13),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Afine", "Did you mean Affine"),
        ("u06_backprop.", "There is no exercise"),
        ("u01.Affine", "There is no exercise"),
    ],
)
def test_one_exercise_when_there_is_none_such_then_it_is_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "u06_backprop.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match=said):
        run("grade", str(tmp_path / "u06_backprop.py"), "--exercise", name, "--course", str(ROOT))
