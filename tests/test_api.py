"""The public API: its names, its promises, and docs/api.md as it is written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import graders
from graders import Course, Grader, Report, Verdict, find_submissions
from graders.messages.errors import BrokenError, DeepgradeError, UsageError
from graders.reports.verdict import VERDICTS
from tests.small_course import SECRET, UNIT, InProcess, right, wrong

ROOT = Path(__file__).parents[1]
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture
def grader(course: Course) -> Grader:
    return Grader(course, InProcess(course), secret=SECRET)


@pytest.fixture
def found(course: Course, tmp_path: Path) -> list[tuple[str, Path]]:
    for student, text in (("kim", right(course)), ("lee", wrong(course)), ("park", right(course))):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{UNIT}.py").write_text(text, encoding="utf-8")
    return find_submissions(tmp_path / "class", course.units)


def test_names_are_these() -> None:
    assert graders.__all__ == ["Course", "Grader", "Report", "Verdict", "find_submissions"]
    assert set(graders.__all__) <= set(dir(graders))
    assert all(getattr(graders, name).__name__ == name for name in graders.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = graders.nothing


def test_import_loads_nothing_until_a_name_is_used() -> None:
    program = "import sys, graders; print(sorted(one for one in sys.modules if one.startswith(('graders.', 'numpy'))))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60).stdout == "[]\n"


def test_grade_gives_a_report(grader: Grader, found: list[tuple[str, Path]]) -> None:
    reports = {student: grader.grade(str(path)) for student, path in found}
    assert [(name, one.score, one.verdict) for name, one in reports.items()] == [
        ("kim", 3, Verdict.PASS),
        ("lee", 2, Verdict.FAIL),
        ("park", 3, Verdict.PASS),
    ]


def test_grade_asks_the_same_again_with_the_nonce(grader: Grader, found: list[tuple[str, Path]]) -> None:
    first = grader.grade(found[1][1])
    assert grader.grade(found[1][1], nonce=first.run["nonce"]).run["nonce"] == first.run["nonce"]


def test_errors_are_deepgrades(course: Course, grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        grader.grade(tmp_path / "nobody.py")
    with pytest.raises(UsageError, match="There is no unit 'u01_nothing'"):
        Grader(course, InProcess(course), units=["u01_nothing"])
    with pytest.raises(UsageError, match="has no exercise 'Nothing'"):
        Grader(course, InProcess(course), exercises=[f"{UNIT}.Nothing"])
    with pytest.raises(DeepgradeError):
        Grader(Course(tmp_path / "nowhere"), InProcess(course))
    monkeypatch.setattr("graders.api.grade_submission", lambda *words, **options: 1 / 0)
    with pytest.raises(BrokenError, match="ZeroDivisionError"):
        grader.grade(tmp_path)


def test_class_is_graded_as_reports_come(grader: Grader, found: list[tuple[str, Path]], tmp_path: Path) -> None:
    seen = []
    for report in grader.grade_class(found, jobs=2, out=tmp_path / "out"):
        kept = Report.from_dict(json.loads((tmp_path / "out" / "reports" / f"{report.student}.json").read_text()))
        assert kept.to_dict() == report.to_dict()
        seen.append(report)
    assert sorted(report.student for report in seen) == ["kim", "lee", "park"]
    assert [report.max_score for report in grader.totalled(seen)] == [3, 3, 3]


def test_class_of_paths_is_named_by_their_folders(grader: Grader, found: list[tuple[str, Path]]) -> None:
    assert {one.student for one in grader.grade_class([path for _, path in found])} == {"kim", "lee", "park"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_class_ends_when_its_iterator_is_closed(grader: Grader, found: list[tuple[str, Path]], jobs: int) -> None:
    many = [(f"{student}{number}", path) for number in range(10) for student, path in found]
    told: list[bool] = []
    reports = grader.grade_class(many, jobs=jobs, stopping=lambda: told.append(True))
    next(reports)
    reports.close()
    assert grader.setup.backend.batches < len(many)  # type: ignore[attr-defined]
    assert told == [True] * (jobs > 1)
    assert next(reports, None) is None


def test_threads_share_a_grader(grader: Grader, found: list[tuple[str, Path]]) -> None:
    with ThreadPoolExecutor(8) as threads:
        scores = list(threads.map(lambda one: grader.grade(one[1]).score, found * 4))
    assert scores == [3, 2, 3] * 4


def test_verdicts_are_words_in_order() -> None:
    assert [verdict.rank for verdict in Verdict] == list(range(len(VERDICTS)))
    assert json.dumps(list(Verdict)) == json.dumps([str(verdict) for verdict in VERDICTS])
    assert {verdict for verdict in Verdict if not verdict.scored} == {"broken", "not_run"}
    assert Verdict("pass").who == "nobody"
    assert all(f"verdict.{verdict}" in _catalogue() for verdict in Verdict)


def _catalogue() -> dict[str, str]:
    from graders.messages.catalogue import MESSAGES

    return dict(MESSAGES)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students' work of tests/class, under the names that the document gives them."""
    folder = tmp_path_factory.mktemp("api")
    for student, work in (("kim", "kim-minji"), ("lee", "park-seoyeon")):
        (folder / "class" / student).mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "class" / work / "u06_backprop.py", folder / "class" / student)
    return folder


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_document_shows_what_runs(
    example: str, room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(room)
    monkeypatch.setenv("DEEPGRADE_COURSE", str(ROOT))
    monkeypatch.setenv("DEEPGRADE_SECRET_FILE", str(room / "secret"))
    exec(compile(example, "docs/api.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out or "print" not in example


def test_document_has_every_name() -> None:
    assert len(EXAMPLES) >= 7
    assert all(any(name in example for example in EXAMPLES) for name in graders.__all__)
