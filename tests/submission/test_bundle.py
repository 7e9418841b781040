"""What the course hands out is read without a word, and what students hand in is spoken of in both languages."""

from __future__ import annotations

import ast
import shutil
import string
from pathlib import Path

import pytest

from graders.authoring.stubs import docstrings_of, with_docstrings
from graders.feedback.messages import MESSAGES, render_message
from graders.feedback.selection import findings
from graders.messages.message import Message
from graders.policy import check_source
from graders.reports.report import CheckReport, ExerciseReport
from graders.submission import load_submission
from graders.submission.cells import place
from graders.submission.refusal import refusal

ROOT = Path(__file__).resolve().parents[2]
UNITS = tuple(sorted(path.stem for path in (ROOT / "graders" / "exercises").glob("u*.py")))
BUNDLES = sorted(path for path in (ROOT / "assignments").glob("u*") if path.is_dir())
NOTES = (
    "source.syntax",
    "source.place",
    "source.bom",
    "upload.links_left_out",
    "submission.unit_by_metadata",
    "notebook.refused_cell",
    "notebook.in_check_cell",
    "notebook.duplicate",
    "notebook.dropped_attribute",
    "notebook.dropped_name",
)


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_bundle_when_untouched_is_one_unit_without_a_note(bundle: Path) -> None:
    submission = load_submission(bundle, units=UNITS)
    assert submission.units == (bundle.name,)
    assert submission.sources[bundle.name].file == f"{bundle.name}.py"
    assert submission.notes == ()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_notebook_of_a_bundle_defines_what_the_module_defines(bundle: Path, lang: str) -> None:
    module = load_submission(bundle / f"{bundle.name}.py", units=UNITS)
    notebook = load_submission(bundle / f"{bundle.name}.{lang}.ipynb", units=UNITS)
    assert (notebook.notes, notebook.language) == ((), lang)
    assert defined(notebook.sources[bundle.name].text) == defined(module.sources[bundle.name].text)
    assert check_source(notebook.sources[bundle.name].text, ("numpy", "torch"), UNITS) == ()


def defined(text: str) -> list[str]:
    """Dumps of a module's definitions and constants; docstrings are in the notebook's own language."""
    kinds = ast.FunctionDef | ast.ClassDef | ast.Assign
    plain = with_docstrings(text, dict.fromkeys(docstrings_of(text), "…"))
    return [ast.dump(node) for node in ast.parse(plain).body if isinstance(node, kinds)]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_notebook_of_a_bundle_counts_once_worked_in(tmp_path: Path, lang: str) -> None:
    bundle = ROOT / "assignments" / "u06_backprop"
    worked = tmp_path / bundle.name / f"{bundle.name}.{lang}.ipynb"
    shutil.copytree(bundle, worked.parent)
    text = worked.read_text(encoding="utf-8")
    worked.write_text(text.replace("raise NotImplementedError", "return None", 1), encoding="utf-8")
    submission = load_submission(worked.parent, units=UNITS)
    assert submission.sources[bundle.name].file == worked.name
    assert submission.notes == ()


def test_refusal_reads_in_the_report_as_in_the_terminal() -> None:
    error = refusal("upload.damaged_zip", name="a.zip", reason="x\u202ey")
    assert str(error) == render_message(Message(error.message_id, error.params), "en")
    assert str(error) == "a.zip is a damaged zip file (x\\u202ey). Create the zip again."


@pytest.mark.parametrize("id", NOTES)
def test_sentence_exists_in_korean(id: str) -> None:
    assert any("가" <= letter <= "힣" for letter in korean(id))


def korean(id: str) -> str:
    names = {name for _, name, _, _ in string.Formatter().parse(MESSAGES[id]) if name}
    return render_message(Message(id, dict.fromkeys(names, "x")), "ko")


def test_line_of_a_notebook_is_cell_and_line_in_both_languages() -> None:
    params = {"name": "out", "at": "out", "kind": "ValueError", "line": place(4, 3), "text": "no"}
    check = CheckReport("out", "core", "error", 0, 1, message=Message("compare.raised_line", params))
    (finding,) = findings(ExerciseReport("u06_backprop", "Affine", "error", (check,)))
    message = finding.check.message
    assert message is not None
    assert "line 3 of cell 4" in render_message(message, "en")
    assert "4번 셀 3번째 줄" in render_message(message, "ko")
