"""Reports made by hand from the dataclasses: a student with every kind of finding, and a small class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from graders.messages.message import Message
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report

HINTS = {
    "en": (
        "Look at the backward of Affine: dW.",
        "dW pairs every input column with every output column, summed over the batch: which shape is that?",
        "If x is (N, D) and dout is (N, M), which product of the two gives (D, M)?",
    ),
    "ko": (
        "Affine의 backward에서 dW를 살펴보세요.",
        "dW는 입력의 각 열과 출력의 각 열을 짝지어 배치 방향으로 더한 값입니다. 그 형상은 무엇일까요?",
        "x가 (N, D)이고 dout이 (N, M)일 때, 두 행렬을 어떻게 곱해야 (D, M)이 될까요?",
    ),
}


DB_MEAN = {"en": "db averaged over the batch", "ko": "db를 배치 평균으로 계산"}


def passing(name: str, *, group: str = "core", points: int = 1) -> CheckReport:
    cases = (CaseReport("random", 0, True, "pass"), CaseReport("random", 0, False, "pass"))
    return CheckReport(name, group, "pass", points, points, "random", True, cases=cases)


def failing(
    name: str, evidence: Evidence | None, message: Message, *, hidden: bool = False, **options: object
) -> CheckReport:
    """A check that fails on a public run, or only on a hidden one with a public counterexample."""
    public = (
        CaseReport("random", 0, True, "pass") if hidden else CaseReport("random", 0, True, "fail", message, evidence)
    )
    cases = [public, CaseReport("random", 1, False, "fail", Message("hidden.value", {"secret": 0.123456789}))]
    if hidden:
        cases.append(CaseReport("random", 2, True, "fail", message, evidence, counterexample=True))
    check = CheckReport(name, "core", "fail", 0, 2, "random", not hidden, message, cases=tuple(cases))
    return replace(check, **options)  # type: ignore[arg-type]


def transposed() -> CheckReport:
    rng = np.random.default_rng(1)
    expected = rng.normal(size=(3, 5))
    evidence = Evidence({"x": rng.normal(size=(7, 3)), "dout": rng.normal(size=(7, 5))}, expected.T.copy(), expected)
    message = Message("compare.shape", {"name": "dW", "actual": "(5, 3)", "expected": "(3, 5)"})
    return failing("dW", evidence, message, diagnosis="u06_backprop.Affine.dw_transposed", hint=HINTS)


def scaled() -> CheckReport:
    rng = np.random.default_rng(2)
    expected = rng.normal(size=(5,))
    evidence = Evidence({"x": rng.normal(size=(7, 3))}, expected / 7, expected)
    message = Message("relation.too_small_batch", {"name": "db", "size": 7, "axis": "N"})
    return failing(
        "db",
        evidence,
        message,
        diagnosis="u06_backprop.Affine.db_mean",
        title=DB_MEAN,
        hidden=True,
        hint=HINTS,
    )


def image() -> CheckReport:
    rng = np.random.default_rng(3)
    expected = rng.normal(size=(3, 4, 11, 13))
    actual = expected.copy()
    actual[:, :, 0, :] = 0
    actual[:, :, :, 0] *= 0.5
    error = np.abs(actual - expected)
    worst = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
    message = Message("relation.only_border", {"name": "out"})
    return failing("out", Evidence({}, actual, expected, worst), message)


def curve() -> ExerciseReport:
    x = np.linspace(-5, 5, 41)
    y = 1 / (1 + np.exp(-x))
    message = Message("relation.complement", {"name": "out"})
    check = failing("out", Evidence({"x": x}, 1 - y, y, (0,)), message, diagnosis="u02_activations.sigmoid.no_minus")
    return ExerciseReport("u02_activations", "sigmoid", "fail", (check, passing("dx")), curve=("x", "out"))


def affine() -> ExerciseReport:
    stdout = "shape of x: (7, 3)\n<script>alert(1)</script> \x1b[31mred\x1b[0m [bold]not markup[/bold]\n"
    checks = (passing("out", points=2), passing("dx"), transposed(), scaled())
    notes = (Message("note.overwritten", {"name": "dout"}),)
    return ExerciseReport("u06_backprop", "Affine", "fail", checks, notes, stdout, "RuntimeWarning: overflow\n")


def student_report() -> Report:
    missing = Message("compare.not_written", {"symbol": "SoftmaxWithLoss"})
    unwritten = tuple(CheckReport(name, "core", "missing", 0, 1, message=missing) for name in ("loss", "dx"))
    crash = Message(
        "compare.raised_line", {"name": "W[1]", "kind": "ValueError", "text": "a <b>bad</b> shape", "line": 12}
    )
    stopped = Message("ending.time", {"detail": "5 s"})
    exercises = (
        curve(),
        ExerciseReport("u06_backprop", "Relu", "pass", (passing("out"), passing("dx"))),
        affine(),
        ExerciseReport("u06_backprop", "SoftmaxWithLoss", "missing", unwritten),
        ExerciseReport("u07_optimizers", "Adam", "error", (CheckReport("W", "core", "error", 0, 3, message=crash),)),
        ExerciseReport("u07_optimizers", "SGD", "limit", (CheckReport("W", "core", "limit", 0, 2, message=stopped),)),
        ExerciseReport("u09_cnn", "Convolution", "fail", (image(), passing("dx", points=2))),
    )
    run = {"backend": "bubblewrap", "wall_s": 1.234, "max_rss_mb": 88, "limits": {"memory_mb": 1024}}
    return Report("김민지", exercises, "limit", run=run, sha256="ab" * 32, course_version="1.0")


def perfect(name: str = "lee-seojun") -> Report:
    exercises = (
        ExerciseReport("u06_backprop", "Relu", "pass", (passing("out"), passing("dx"))),
        ExerciseReport(
            "u06_backprop", "Affine", "pass", (passing("out", points=2), passing("dx"), passing("dW", points=2))
        ),
    )
    return Report(name, exercises, "pass", run={"backend": "bubblewrap", "wall_s": 0.4})


def rejected(name: str = "park") -> Report:
    message = Message("source.syntax", {"file": "u06.py", "line": 3, "reason": "invalid syntax", "text": "x ="})
    return Report(name, (), "rejected", message=message, absent_points=24)


def broken(name: str = "zoe") -> Report:
    return Report(
        name, student_report().exercises[1:2], "broken", message=Message("broken", {"text": "The reference raises."})
    )


def hostile_report() -> Report:
    name = '<img src=x onerror="alert(1)">\u202e'
    message = Message("probe.crash", {"kind": "<script>", "text": "</style><script>alert(2)</script>", "line": 1})
    evidence = Evidence({"<b>x": "</pre><script>"}, "<script>alert(3)</script>", {"<i>": "'\"><script>"})
    check = failing("<u>out", evidence, message, diagnosis="<a>.<b>.<script>", hint={"en": ("<script>hint",)})
    exercise = ExerciseReport("<unit>", "<name>", "error", (check,), (message,), "</pre><script>", "\x1b]0;title\x07")
    return Report(name, (exercise,), "flagged", message, (message,), (message,), files=("<file>.py",))


def class_reports() -> list[Report]:
    other = replace(student_report(), student="han-jiwoo")
    return [
        perfect(),
        student_report(),
        rejected(),
        broken(),
        other,
        perfect("=cmd()"),
        replace(perfect("choi"), verdict="flagged"),
    ]


@pytest.fixture
def student() -> Report:
    return student_report()


@pytest.fixture
def hostile() -> Report:
    return hostile_report()


@pytest.fixture
def classroom() -> list[Report]:
    return class_reports()


@pytest.fixture
def clean() -> Report:
    """A report with nothing to fix."""
    return perfect()


@pytest.fixture
def broken_report() -> Report:
    return broken()


@pytest.fixture
def check_on() -> Callable[[object, object], CheckReport]:
    """A failing check whose evidence is the given actual and expected."""
    return lambda actual, expected: failing(
        "out",
        Evidence({}, actual, expected),
        Message("compare.values", {"name": "out", "count": 1, "total": 1, "at": "[0]", "actual": "1", "expected": "2"}),
    )
