"""A single file, or a folder of them, becomes sources or a refusal that says what to do."""

from __future__ import annotations

import ast
import os
import re
import time
from pathlib import Path

import pytest

from graders.messages.errors import SubmissionError, UsageError
from graders.submission import load_submission
from graders.submission.naming import unit_of_name
from graders.submission.text import parse
from graders.submission.upload import read_file
from tests.submission.samples import AFFINE, BOOKS, STUB, UNITS, code, notebook, write


def refused(path: Path, **options: str) -> SubmissionError:
    with pytest.raises(SubmissionError) as caught:
        load_submission(path, units=UNITS, **options)
    assert caught.value.message_id
    return caught.value


def test_file_named_after_its_unit_is_that_unit(tmp_path: Path) -> None:
    write(tmp_path / "kim", {"u06_backprop.py": AFFINE})
    submission = load_submission(tmp_path / "kim" / "u06_backprop.py", units=UNITS)
    assert submission.units == ("u06_backprop",)
    assert submission.sources["u06_backprop"].text == AFFINE
    assert (submission.student, submission.files, submission.notes) == ("kim", ("u06_backprop.py",), ())


@pytest.mark.parametrize(
    "name", ["u06.py", "u06_backprop (1).py", "kim_u06_backprop.py", "U06_Backprop.PY", "u06_backprop-Copy1.py"]
)
def test_name_altered_by_hand_or_browser_still_names_its_unit(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: AFFINE})
    assert load_submission(tmp_path / name, units=UNITS).units == ("u06_backprop",)


def test_unit_option_when_the_name_says_nothing_decides(tmp_path: Path) -> None:
    write(tmp_path, {"answer.py": AFFINE})
    submission = load_submission(tmp_path / "answer.py", units=UNITS, unit="u06", student="Kim")
    assert (submission.units, submission.student) == (("u06_backprop",), "Kim")


def test_file_when_no_unit_is_named_says_how_to_name_one(tmp_path: Path) -> None:
    write(tmp_path, {"answer.py": AFFINE})
    assert str(refused(tmp_path / "answer.py")) == (
        "answer.py belongs to no unit of this course. Name the file after its unit, or give the unit with --unit."
    )


def test_file_when_its_unit_is_misspelled_suggests_the_near_one(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprob.py": AFFINE})
    assert "did you mean u06_backprop?" in str(refused(tmp_path / "u06_backprob.py"))


def test_unknown_unit_option_is_a_usage_error_with_a_suggestion(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE})
    with pytest.raises(UsageError, match=r"no unit 'u06_backprob'.*Did you mean u06_backprop\?"):
        load_submission(tmp_path, units=UNITS, unit="u06_backprob")


def test_unit_option_when_the_file_is_another_unit_says_both(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.py": AFFINE})
    error = refused(tmp_path / "u04_forward.py", unit="u06_backprop")
    assert error.message_id == "submission.unit_absent"
    assert "contains no u06_backprop; it contains u04_forward" in str(error)


def test_unit_option_when_the_folder_holds_others_says_which(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.py": AFFINE, "u01_perceptron.py": AFFINE})
    assert "contains no u06_backprop; it contains u01_perceptron, u04_forward" in str(refused(tmp_path, unit="u06"))


def test_path_when_absent_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.py does not exist"):
        load_submission(tmp_path / "nothing.py", units=UNITS)


def test_file_when_of_another_type_names_the_types(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.docx": "x", "README": "x"})
    assert str(refused(tmp_path / "u06_backprop.docx")).startswith(
        "u06_backprop.docx is a .docx file; expected .py, .ipynb, .zip or a folder."
    )
    assert "README is a nameless file" in str(refused(tmp_path / "README"))


def test_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "u06_backprop.py")
    assert "is a device or pipe, not a file" in str(refused(tmp_path / "u06_backprop.py"))
    with pytest.raises(SubmissionError, match="is a device or pipe, not a file"):
        read_file(tmp_path / "u06_backprop.py")


@pytest.mark.parametrize(
    ("content", "message_id", "words"),
    [
        (b"", "source.empty", "u06_backprop.py is empty."),
        (b" \n\t\n", "source.empty", "u06_backprop.py is empty."),
        ("x = 1\ns = '가나'\n".encode("cp949"), "source.encoding", "line 2 contains a byte that cannot be read"),
        (b"# r\xe9sum\xe9 \xe9", "source.encoding", "it looks like Latin-1"),
        ("x = 1".encode("utf-16"), "source.encoding", "it looks like UTF-16"),
        (b"# -*- coding: euc-kr -*-\nx = 1\n", "source.cookie", "line 1, declares the encoding euc-kr; expected utf-8"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=nonsense :\n", "source.cookie", "the encoding nonsense"),
        (b"x = 1\ny = '\0'\n", "source.character", "line 2, contains the character NUL"),
        ("x = 1 # \u202e evil\n".encode(), "source.character", "contains the character U+202E"),
        (b"x = 1\ry = 2\n", "source.character", "contains the character CR without LF"),
        (b"x = 1\n" * 50_000, "source.long", "contains 292 KB of Python, more than the limit of 256 KB"),
        (b"x = 1\n" * 500_000, "upload.too_big", "is 2929 KB, more than the limit of 2048 KB for a file"),
        (b"x = 1" + b"+1" * 100_000, "source.nested", "nests expressions too deeply"),
        (b"x = " + b"-" * 100_000 + b"1", "source.nested", "nests expressions too deeply"),
        (b"x = 1" + b"+1" * 1500, "source.nested", "nests expressions too deeply"),
    ],
)  # fmt: skip
def test_source_when_not_strict_python_text_is_refused(
    tmp_path: Path, content: bytes, message_id: str, words: str
) -> None:
    write(tmp_path, {"u06_backprop.py": content})
    error = refused(tmp_path / "u06_backprop.py")
    assert error.message_id == message_id
    assert words in str(error)
    assert re.search(r"\. (Save|Remove|Delete|Leave|Keep|Split)", str(error))  # the next step


def test_crlf_and_utf8_cookie_are_read_as_python_reads_them(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "# coding: UTF-8\r\nx = '가'\r\n"})
    source = load_submission(tmp_path / "u06_backprop.py", units=UNITS).sources["u06_backprop"]
    assert source.text == "# coding: UTF-8\nx = '가'\n"


def test_byte_order_mark_is_read_with_a_note(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": b"\xef\xbb\xbfx = 1\n"})
    submission = load_submission(tmp_path / "u06_backprop.py", units=UNITS)
    assert submission.sources["u06_backprop"].text == "x = 1\n"
    assert [note.id for note in submission.notes] == ["source.bom"]


def test_syntax_error_has_line_and_text(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "import numpy as np\ndef f(x:\n    return x\n"})
    source = load_submission(tmp_path / "u06_backprop.py", units=UNITS).sources["u06_backprop"]
    assert source.fault is not None
    assert source.fault.id == "source.syntax"
    assert (source.fault.params["line"], source.fault.params["text"]) == (2, "def f(x:")


def test_error_that_only_the_compiler_finds_has_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "x = 1\nreturn x\n"})
    source = load_submission(tmp_path / "u06_backprop.py", units=UNITS).sources["u06_backprop"]
    assert source.fault is not None
    assert (source.fault.params["line"], source.fault.params["reason"]) == (2, "'return' outside function")


def test_source_with_a_strange_escape_gives_no_warning(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "x = '\\d'\n"})
    assert load_submission(tmp_path, units=UNITS).sources["u06_backprop"].fault is None


def test_unreadable_file_is_refused_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE})

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("graders.submission.upload.os.open", denied)
    assert "u06_backprop.py cannot be read (Permission denied)" in str(refused(tmp_path / "u06_backprop.py"))


# --- folders ---------------------------------------------------------------------------------------------------------


def test_folder_with_several_units_grades_them_all(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.py": AFFINE, "u06_backprop/u06_backprop.py": AFFINE, "notes.txt": "x"})
    submission = load_submission(tmp_path, units=UNITS)
    assert submission.units == ("u04_forward", "u06_backprop")
    assert submission.sources["u06_backprop"].file == "u06_backprop/u06_backprop.py"


def test_folder_with_the_unit_option_grades_only_that_one(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.py": AFFINE, "u06_backprop.py": "from u04_forward import Affine\n"})
    submission = load_submission(tmp_path, units=UNITS, unit="u06_backprop")
    assert submission.units == ("u06_backprop",)
    assert set(submission.sources) == {"u04_forward", "u06_backprop"}


def test_folder_named_after_a_unit_with_one_file_is_that_unit(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop/answer.py": AFFINE})
    assert load_submission(tmp_path, units=UNITS).units == ("u06_backprop",)
    assert load_submission(tmp_path / "u06_backprop" / "answer.py", units=UNITS).units == ("u06_backprop",)


def test_syntax_error_in_one_unit_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.py": "x = = 1", "u06_backprop.py": AFFINE})
    submission = load_submission(tmp_path, units=UNITS)
    assert submission.sources["u04_forward"].fault is not None
    assert submission.sources["u06_backprop"].fault is None


def test_unreadable_unit_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.ipynb": '{"cells": [', "u06_backprop.py": AFFINE})
    fault = load_submission(tmp_path, units=UNITS).sources["u04_forward"].fault
    assert fault is not None
    assert (fault.id, fault.params["line"]) == ("notebook.damaged", 1)


def test_folder_when_nothing_in_it_can_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.py": b"\xff\xfe", "u06_backprop.py": b""})
    assert refused(tmp_path).message_id == "source.encoding"


def test_folder_without_units_says_what_was_expected(tmp_path: Path) -> None:
    write(tmp_path, {"notes.txt": "x"})
    assert "expected a file such as u01_perceptron.py or u01_perceptron.ipynb" in str(refused(tmp_path))


def test_folder_with_only_a_damaged_notebook_tells_of_the_damage(tmp_path: Path) -> None:
    write(tmp_path, {"homework.ipynb": '{"cells": ['})
    assert refused(tmp_path).message_id == "notebook.damaged"


def test_folder_with_one_loose_file_takes_the_unit_option(tmp_path: Path) -> None:
    write(tmp_path, {"answer.py": AFFINE, "common/layers.py": AFFINE})
    submission = load_submission(tmp_path, units=UNITS, packages=BOOKS, unit="u06_backprop")
    assert submission.sources["u06_backprop"].file == "answer.py"


def test_several_loose_files_with_a_unit_option_are_ambiguous(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": AFFINE, "b.py": AFFINE})
    assert "several files that could be u06_backprop: a.py, b.py" in str(refused(tmp_path, unit="u06_backprop"))
    assert "belongs to no unit" in str(refused(tmp_path))


def test_folder_with_startup_files_is_refused_whole(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE, "conftest.py": "x = 1"})
    assert "conftest.py, a file that Python or a test runner would run automatically" in str(refused(tmp_path))


def test_folder_with_a_library_of_its_own_is_refused_whole(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE, "numpy/__init__.py": "x = 1"})
    assert "would be imported instead of the library numpy" in str(refused(tmp_path))


def test_folder_with_names_that_collide_elsewhere_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE, "Layers.py": AFFINE, "layers.py": AFFINE})
    assert "layers.py and Layers.py, which are the same name on case-insensitive systems" in str(refused(tmp_path))


def test_newline_in_a_name_is_refused_with_the_name_escaped(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE, "a\nb.py": AFFINE})
    assert r"the file name a\nb.py, which has control characters" in str(refused(tmp_path))


def test_folder_with_links_leaves_them_out_with_a_note(tmp_path: Path) -> None:
    write(tmp_path / "class", {"kim/u06_backprop.py": AFFINE})
    (tmp_path / "class" / "kim" / "u04_forward.py").symlink_to("/etc/hostname")
    submission = load_submission(tmp_path / "class" / "kim", units=UNITS)
    assert submission.units == ("u06_backprop",)
    assert [(note.id, note.params["names"]) for note in submission.notes] == [
        ("upload.links_left_out", "u04_forward.py")
    ]


def test_folder_with_thousands_of_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submission.upload.MAX_ENTRIES", 3)
    write(tmp_path, {f"a{number}.txt": "x" for number in range(4)})
    assert "contains more than 3 files and folders" in str(refused(tmp_path))


def test_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("graders.submission.upload.os.scandir", denied)
    assert "cannot be read (Permission denied)" in str(refused(tmp_path))


def test_sources_when_too_much_in_all_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"u04_forward.py": AFFINE, "u06_backprop.py": AFFINE})
    monkeypatch.setattr("graders.submission.upload.MAX_TOTAL_MB", 0)
    assert "contains more than 0 MB of code" in str(refused(tmp_path))
    monkeypatch.undo()
    monkeypatch.setattr("graders.submission.reading.MAX_SOURCES_KB", 0)
    assert refused(tmp_path).message_id == "upload.too_much"


def test_digest_when_outputs_and_names_change_stays(tmp_path: Path) -> None:
    write(tmp_path, {"a/u06_backprop.ipynb": notebook(code(AFFINE))})
    write(tmp_path, {"b/my_u06_backprop.ipynb": notebook(code(AFFINE, execution_count=7, outputs=[{"x": 1}]))})
    first = load_submission(tmp_path / "a", units=UNITS)
    assert first.sha256 == load_submission(tmp_path / "b", units=UNITS).sha256
    write(tmp_path, {"b/my_u06_backprop.ipynb": notebook(code(AFFINE + "    y = 1\n"))})
    assert first.sha256 != load_submission(tmp_path / "b", units=UNITS).sha256


# --- several files of one unit ---------------------------------------------------------------------------------------


def test_many_copies_of_one_file_are_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies: dict[str, str | bytes] = {f"{number}/u06_backprop.py": AFFINE for number in range(200)}
    parsed = []
    monkeypatch.setattr("graders.submission.reading.parse", lambda *text: parsed.append(text) or ast.parse(text[0]))
    write(tmp_path, copies)
    submission = load_submission(tmp_path, units=UNITS)
    assert (submission.units, submission.sources["u06_backprop"].file) == (("u06_backprop",), "0/u06_backprop.py")
    assert len(parsed) == 1


def test_many_versions_of_a_unit_are_refused_before_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graders.submission.reading.Reader.open", None)
    write(tmp_path, {f"{number}/u06_backprop.py": AFFINE + f"N = {number}\n" for number in range(9)})
    error = refused(tmp_path)
    assert error.message_id == "submission.many_versions"
    assert "contains 9 different files for u06_backprop, more than the 8 that are compared" in str(error)


def test_many_versions_of_an_import_do_not_stop_the_graded_one(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}/u04_forward.py": AFFINE + f"N = {number}\n" for number in range(9)})
    write(tmp_path, {"u06_backprop.py": "from u04_forward import Affine\n"})
    submission = load_submission(tmp_path, units=UNITS, unit="u06_backprop")
    assert submission.sources["u04_forward"].text.endswith("N = 0\n")


def test_code_of_all_versions_and_units_is_limited(tmp_path: Path) -> None:
    long = AFFINE + "#" * 250_000
    write(tmp_path, {f"{number}/{unit}.py": f"{long}{number}" for unit in UNITS for number in range(3)})
    assert "contains more than 2 MB of code" in str(refused(tmp_path))
    nested = "x = 1\n" * 40_000 + "y = " + "-" * 9000 + "1\n"  # what is read and then refused counts too
    write(tmp_path, {f"{number}/{unit}.py": f"{nested}{number}" for unit in UNITS for number in range(3)})
    assert "contains more than 2 MB of code" in str(refused(tmp_path))


def test_version_nested_too_deeply_to_compare_yields_to_another(tmp_path: Path) -> None:
    deep = AFFINE.replace("return x", "return x" + " + x" * 1500)
    write(tmp_path, {"a/u06_backprop.py": deep, "b/u06_backprop.py": AFFINE})
    assert load_submission(tmp_path, units=UNITS).sources["u06_backprop"].file == "b/u06_backprop.py"


def test_bundle_when_one_language_was_edited_takes_that_one(tmp_path: Path) -> None:
    stub = notebook(code(STUB))
    files = {"u06_backprop.py": STUB, "u06_backprop.ko.ipynb": stub, "u06_backprop.en.ipynb": notebook(code(AFFINE))}
    write(tmp_path, files)
    submission = load_submission(tmp_path, units=UNITS)
    assert submission.sources["u06_backprop"].file == "u06_backprop.en.ipynb"
    assert submission.language == "ko"  # as its metadata say


def test_bundle_when_untouched_takes_the_module(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": STUB, "u06_backprop.ko.ipynb": notebook(code(STUB))})
    assert load_submission(tmp_path, units=UNITS).sources["u06_backprop"].file == "u06_backprop.py"


def test_bundle_when_both_languages_were_edited_is_refused(tmp_path: Path) -> None:
    other = AFFINE.replace("return x", "return 2 * x")
    files = {"u06_backprop.ko.ipynb": notebook(code(AFFINE)), "u06_backprop.en.ipynb": notebook(code(other))}
    assert "u06_backprop was edited in several files: u06_backprop.en.ipynb, u06_backprop.ko.ipynb" in str(
        refused(write(tmp_path, files))
    )


def test_edited_file_of_a_bundle_that_is_no_python_has_its_line(tmp_path: Path) -> None:
    broken = AFFINE.replace("return x", "return x)")
    write(tmp_path, {"u06_backprop.py": broken, "u06_backprop.ko.ipynb": notebook(code(STUB))})
    source = load_submission(tmp_path, units=UNITS).sources["u06_backprop"]
    assert source.fault is not None
    assert (source.file, source.fault.params["line"]) == ("u06_backprop.py", 6)


def test_damaged_untouched_file_of_a_bundle_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE, "u06_backprop.ko.ipynb": notebook(code(STUB))[:-9]})
    source = load_submission(tmp_path, units=UNITS).sources["u06_backprop"]
    assert (source.file, source.fault) == ("u06_backprop.py", None)


# --- the student's own modules ---------------------------------------------------------------------------------------


def test_earlier_unit_is_found_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "from u04_forward import relu\n", "u04_forward.py": "def relu(x): return x\n"})
    write(tmp_path, {"u07_optimizers.py": AFFINE})
    submission = load_submission(tmp_path / "u06_backprop.py", units=UNITS)
    assert submission.units == ("u06_backprop",)
    assert set(submission.sources) == {"u06_backprop", "u04_forward"}


def test_earlier_units_are_found_in_their_workspace_folders(tmp_path: Path) -> None:
    files = {
        "u06_backprop/u06_backprop.py": "import u04_forward\n",
        "u04_forward/u04_forward.ipynb": notebook(code(AFFINE)),
    }
    write(tmp_path, files)
    submission = load_submission(tmp_path / "u06_backprop" / "u06_backprop.py", units=UNITS)
    assert submission.sources["u04_forward"].file == "u04_forward/u04_forward.ipynb"


def test_books_layout_brings_common_and_helpers_along(tmp_path: Path) -> None:
    files = {
        "ch05/u06_backprop.py": "import os\nsys.path.append(os.pardir)\nfrom common.layers import *\nimport tools\n",
        "ch05/tools.py": "x = 1\n",
        "common/__init__.py": "",
        "common/layers.py": "from common.np import *\nfrom . import config\n",
        "common/np.py": "import numpy\n",
        "common/config.py": "GPU = False\n",
        "common/unused.py": "x = 1\n",
        "random.py": "x = 1\n",
    }
    submission = load_submission(write(tmp_path, files), units=UNITS)
    assert set(submission.extra) == {"tools", "common", "common.layers", "common.np", "common.config"}
    assert (submission.extra["common"], submission.notes) == ("", ())
    assert set(submission.files) == {"ch05/u06_backprop.py", *(name for name in files if "unused" not in name)} - {
        "random.py"
    }


def test_books_package_not_handed_in_brings_the_earlier_units(tmp_path: Path) -> None:
    write(tmp_path, {"u07_optimizers.py": "from common.layers import Affine\n", "u06_backprop.py": AFFINE})
    submission = load_submission(tmp_path / "u07_optimizers.py", units=UNITS, packages=BOOKS)
    assert set(submission.sources) == {"u06_backprop", "u07_optimizers"}
    write(tmp_path, {"common/layers.py": AFFINE})
    submission = load_submission(tmp_path / "u07_optimizers.py", units=UNITS, packages=BOOKS)
    assert (set(submission.sources), set(submission.extra)) == ({"u07_optimizers"}, {"common.layers"})


def test_package_of_the_upload_keeps_its_init(tmp_path: Path) -> None:
    files = {
        "u06_backprop.py": "from tools import layers\n",
        "tools/__init__.py": "x = 1\n",
        "tools/layers.py": "y = 1\n",
    }
    assert set(load_submission(write(tmp_path, files), units=UNITS).extra) == {"tools", "tools.layers"}


def test_relative_imports_climb_as_python_does(tmp_path: Path) -> None:
    files = {
        "u06_backprop.py": "import a.b.c\n",
        "a/__init__.py": "",
        "a/d.py": "x = 1\n",
        "a/b/c.py": "from ..d import x\nfrom ... import far\nimport os.path\n",
    }
    assert set(load_submission(write(tmp_path, files), units=UNITS).extra) == {"a", "a.b.c", "a.d"}


def test_helper_that_cannot_be_read_is_noted(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "import tools\n", "tools.py": b"\xff"})
    submission = load_submission(tmp_path, units=UNITS)
    assert submission.extra == {}
    assert [note.id for note in submission.notes] == ["source.encoding"]


def test_source_made_to_exhaust_the_compiler_is_read_in_time(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": "def f():0\n" * 25_000})
    started = time.monotonic()
    assert load_submission(tmp_path, units=UNITS).sources["u06_backprop"].fault is None
    assert time.monotonic() - started < 10


def test_only_the_tree_is_made_where_compiling_copies_endlessly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fourteen nested finally and two thousand lines in the last: 3 GB, were they compiled."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("compiled")

    head = "def f(a):\n" + "".join(f"{' ' * depth}try: a\n{' ' * depth}finally:\n" for depth in range(1, 15))
    monkeypatch.setattr("graders.submission.text.compile", refused, raising=False)
    for source in (head + f"{' ' * 15}a\n" * 2000, "try:\n" + "  return 1\n" * 9000 + "finally:\n" + "  a\n" * 9000):
        assert isinstance(parse(source, "u06_backprop.py"), ast.Module)
    with pytest.raises(AssertionError, match="compiled"):
        parse("def f(x):\n    try:\n        return x\n    finally:\n        print(x)\n", "u06_backprop.py")


def test_names_of_spaces_are_read_in_one_go() -> None:
    """Five thousand such names took three minutes."""
    names = [" " * 188 + f"{number}.py" for number in range(5000)]
    assert {unit_of_name(name, UNITS) for name in names} == {None}
    assert unit_of_name("u06_backprop   (1)  - 복사본.py", UNITS) == "u06_backprop"
