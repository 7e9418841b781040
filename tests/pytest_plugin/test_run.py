"""A student's unit under pytest: one test per check, told as `deepgrade check` tells it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.pytest_plugin.conftest import Done, properties, run_pytest, written


@pytest.fixture(scope="module")
def ran(laid: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A module that was run, and what pytest said."""
    module = written(laid, tmp_path_factory.mktemp("ran") / "homework")
    return module, run_pytest(module.name, "-v", "-rfs", "--junitxml=report.xml", cwd=module.parent)


def test_unit_when_run_then_each_check_is_a_test_told_as_check_tells_it(ran: tuple[Path, Done]) -> None:
    module, done = ran
    found = done.outcomes()
    for name, word in {
        "MulLayer::out[core]": "PASSED",
        "MulLayer::dy[core]": "PASSED",
        "AddLayer::out[core]": "PASSED",
        "AddLayer::dx[core]": "PASSED",
        "AddLayer::dy[core]": "FAILED",
        "ExpLayer::out[core]": "FAILED",
        "ReciprocalLayer::out[core]": "SKIPPED",
        "Relu::out[core]": "FAILED",  # a wrong name is a mistake
        "Affine::dW[image]": "SKIPPED",
        "TwoLayerNet.gradient::dW1[again]": "SKIPPED",
    }.items():
        assert found[f"u06_backprop.py::{name}"] == word, name
    assert done.status == 1
    assert "✗ dy is -16, expected 16. 0/1\n  your line 18: def backward(self, dout):" in done.out
    assert "yours      expected\n    -16.000    16.000" in done.out
    assert "has no attribute 'no_such_thing'" in done.out
    assert "The same as for Relu::out[core] above." in done.out
    assert "here I am" in done.out  # what the student's own code printed
    assert "SKIPPED [2] u06_backprop.py:31: ReciprocalLayer is not written yet." in done.out
    assert "FAILED u06_backprop.py::AddLayer::dy[core] - dy " in done.out
    assert "AddLayer                 2/3" in done.out
    assert "For hints, run pytest again with --deepgrade-hints=1" in done.out
    assert "Traceback" not in done.out
    assert "graders/" not in done.out  # no line of the grader
    page = module.parents[1] / ".deepgrade" / "pages" / "u06_backprop" / "u06_backprop.html"
    assert f"Page with pictures: {page}" in done.out
    assert "<svg" in page.read_text(encoding="utf-8")


def test_unit_when_run_then_points_and_verdicts_are_those_of_check(ran: tuple[Path, Done]) -> None:
    module, done = ran
    command = [sys.executable, "-m", "graders.cli", "check", str(module), "--json", "--exit-zero"]
    checked = subprocess.run(command, check=True, capture_output=True, timeout=60)
    report = json.loads(checked.stdout)
    words = {"pass": "PASSED", "missing": "SKIPPED"}
    found, junit = done.outcomes(), properties(module.parent / "report.xml")
    count = 0
    for exercise in report["exercises"]:
        for check in exercise["checks"]:
            group = check["group"].replace(" ", "-")
            word = "FAILED" if exercise["name"] == "Relu" else words.get(check["verdict"], "FAILED")
            assert found[f"u06_backprop.py::{exercise['name']}::{check['name']}[{group}]"] == word
            of_junit = junit[f"u06_backprop.{exercise['name']}::{check['name']}[{group}]"]
            assert float(of_junit["points"]) == check["points"]
            assert int(of_junit["max_points"]) == check["max_points"]
            count += 1
    assert count == len(found) == len(junit)
    kept = (module.parents[1] / ".deepgrade" / "checks.jsonl").read_text(encoding="utf-8")
    assert '"AddLayer", "verdict": "fail"' in kept  # recorded as a check is


def test_junit_when_read_then_its_messages_are_plain_sentences(ran: tuple[Path, Done]) -> None:
    module, _ = ran
    root = ElementTree.parse(module.parent / "report.xml").getroot()
    failures = {str(one.get("message")): one.text or "" for one in root.iter("failure")}
    assert any(message.startswith("dy ") and "\n" not in message for message in failures)
    assert not [text for text in (*failures, *failures.values()) if "\x1b" in text or "Traceback" in text]
    assert any("your line 18" in text and "expected" in text for text in failures.values())


def test_exercises_when_some_are_chosen_then_only_these_run(module: Path) -> None:
    kept = module.parents[1] / ".deepgrade" / "checks.jsonl"

    def recorded() -> list[str]:
        lines = kept.read_text(encoding="utf-8").splitlines()
        kept.unlink()
        return [json.loads(line)["name"] for line in lines]

    one = run_pytest(f"{module.name}::AddLayer::dy[core]", cwd=module.parent)
    assert (one.status, one.counts(), recorded()) == (1, "1 failed", ["AddLayer"])
    word = run_pytest("-k", "MulLayer or again", cwd=module.parent)  # no file named: the folder
    assert word.counts() == "3 passed, 3 skipped, 53 deselected"
    assert recorded() == ["MulLayer", "Affine", "TwoLayerNet.gradient"]
    cases = run_pytest("-k", "dW and images", cwd=module.parent)  # by the name of a case
    assert cases.counts() == "1 skipped, 58 deselected"


def test_last_failed_and_exitfirst(module: Path) -> None:
    first = run_pytest("-x", "-v", cwd=module.parent)
    assert first.counts() == "1 failed, 5 passed"
    again = run_pytest("--lf", "-v", cwd=module.parent)
    assert again.outcomes() == {"u06_backprop.py::AddLayer::dy[core]": "FAILED"}
    module.write_text(module.read_text(encoding="utf-8").replace("dout, -dout", "dout, dout"), encoding="utf-8")
    fixed = run_pytest("--lf", "-v", cwd=module.parent)
    assert fixed.outcomes() == {"u06_backprop.py::AddLayer::dy[core]": "PASSED"}
    assert fixed.status == 0


def test_student_code_when_run_then_in_a_process_of_its_own_once_with_xdist_too(module: Path, tmp_path: Path) -> None:
    log = tmp_path / "ran.log"
    head = f"import os\nwith open({str(log)!r}, 'a') as file:\n    file.write(str(os.getpid()) + '\\n')\n"
    module.write_text(head + module.read_text(encoding="utf-8"), encoding="utf-8")
    run_pytest("-k", "MulLayer", cwd=module.parent)  # opens what is said after it, with a run of its own
    log.unlink()
    alone = run_pytest("-v", cwd=module.parent)
    pids = log.read_text(encoding="utf-8").split()
    assert pids
    assert str(alone.pid) not in pids
    log.unlink()
    shared = run_pytest("-p", "xdist", "-n", "2", "-v", "--junitxml=report.xml", cwd=module.parent)
    assert len(log.read_text(encoding="utf-8").split()) == len(pids)
    assert sorted(shared.counts().split(", ")) == sorted(alone.counts().split(", "))
    assert shared.status == 1
    assert "AddLayer                 2/3" in shared.out
    assert "✗ dy" in shared.out
    name = "u06_backprop.AddLayer::dx[core]"
    assert properties(module.parent / "report.xml")[name] == {"points": "1", "max_points": "1"}


def test_hints_and_language_are_those_asked_for(module: Path) -> None:
    args = ("-k", "AddLayer or Reciprocal", "-rs", "--deepgrade-hints=1", "--deepgrade-lang=ko")
    done = run_pytest(*args, cwd=module.parent)
    assert "AddLayer 힌트 1/3" in done.out
    assert "힌트 2/3" not in done.out
    assert "ReciprocalLayer 힌트 1/" in done.out  # how to begin
    assert "그림이 있는 페이지:" in done.out
    assert "아직 모두 통과하지는 않았으므로" in done.out
    assert "--deepgrade-hints=1, 그다음" not in done.out  # they are here
    assert "usage" in run_pytest("--deepgrade-hints=4", cwd=module.parent).out


def test_entry_point_when_installed_then_pytest_needs_no_option(module: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_DISABLE_PLUGIN_AUTOLOAD"}
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:hypothesispytest", "-p", "no:anyio"]
    done = subprocess.run(command, cwd=module.parent, env=env, capture_output=True, text=True, timeout=60)
    assert "u06_backprop.py::Affine::dx[core]" in done.stdout
