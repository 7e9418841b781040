"""``%check`` opens what is said after an exercise, and ``%explain`` shows it as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from graders.courses.course import Course
from graders.notebook.explained import without_html
from graders.notebook.magics import DeepgradeMagics
from tests.explained_course import AFTER, SECRET_WORDS, with_after
from tests.small_course import UNIT, right, wrong


@pytest.fixture
def shell(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A notebook beside the unit's files; answers are given in ``user_ns``."""
    with_after(course)
    monkeypatch.setenv("DEEPGRADE_COURSE", str(course.root))
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.chdir(course.assignments / UNIT)
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.register_magics(DeepgradeMagics(shell))
    yield shell
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, source: str) -> tuple[str, list[str]]:
    """What is printed, and the Markdown that is shown."""
    with capture_output() as captured:
        assert shell.run_cell(source).success
    assert "Traceback" not in captured.stdout + captured.stderr
    return captured.stdout, [one.data["text/markdown"] for one in captured.outputs if "text/markdown" in one.data]


def test_right_answer_opens_and_explain_shows_it(shell: InteractiveShell, course: Course) -> None:
    run(shell, right(course))
    assert run(shell, "%check Scale")[0] == "Now open: the explanation of Scale. To read it: %explain Scale\n"
    assert run(shell, "%check Scale")[0] == ""
    assert run(shell, "%explain Scale")[1] == [AFTER["en"].split("-->\n")[1]]
    assert SECRET_WORDS["ko"] in run(shell, "%explain --lang ko")[1][0]


def test_wrong_answer_opens_nothing(shell: InteractiveShell, course: Course) -> None:
    run(shell, wrong(course))
    assert run(shell, "%check Scale")[0] == ""
    assert run(shell, "%explain Scale") == ("The explanation of Scale opens when your own Scale passes.\n", [])
    assert run(shell, "%explain") == ("The explanation of Scale opens when your own Scale passes.\n", [])


def test_spoiled_file_is_a_sentence(shell: InteractiveShell, course: Course) -> None:
    (course.assignments / UNIT / "after.json").write_text("[]")
    run(shell, right(course))
    assert "after.json cannot be read" in run(shell, "%check Scale")[0]
    assert "after.json cannot be read" in run(shell, "%explain Scale")[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b and a<b", "a < b and a&lt;b"),
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("`<b>` and ```<b>```", "`<b>` and ```<b>```"),
        ("```python\nx <y\nif a<b: pass\n```\n<b>", "```python\nx <y\nif a<b: pass\n```\n&lt;b>"),
    ],
)
def test_tags_are_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert without_html(text) == shown
