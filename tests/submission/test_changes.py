"""What has changed between two uploads, as people read it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.messages.errors import SubmissionError
from graders.submission.changes import MAX_SHOWN, Changes, changes_of, from_plain, to_plain, visible

Lay = Callable[[str, bytes], Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lays a file into a folder of its own."""
    count = iter(range(100))

    def laid(name: str, content: bytes) -> Path:
        path = tmp_path / str(next(count)) / name
        path.parent.mkdir()
        path.write_bytes(content)
        return path

    return laid


def cell(text: str, symbol: str = "", **more: Any) -> dict[str, Any]:
    ours = {"role": "exercise", "symbol": symbol} if symbol else {}
    return {"cell_type": "code", "source": text, "metadata": {"deepgrade": ours}, **more}


def notebook(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def archive(packing: int = zipfile.ZIP_STORED, /, **files: str | bytes) -> bytes:
    """Names have ``__`` for a slash."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def shown(changes: Changes) -> dict[str, tuple[str, str, list[str]]]:
    """File → what became of it, its former name, every line that came or went."""
    return {
        one.name: (
            one.what,
            one.before,
            [f"{part.exercise}{mark}{line}" for part in one.parts for mark, line in part.lines if mark in "+-"],
        )
        for one in changes.files
    }


def test_modules_when_one_line_differs_then_it_stands_there_twice(lay: Lay) -> None:
    found = changes_of(lay("u.py", b"a = 1\nb = 2\n"), lay("u.py", b"a = 1\r\nb = 3"))
    assert shown(found) == {"u.py": ("changed", "", ["-b = 2", "+b = 3"])}
    assert changes_of(lay("u.py", b"a = 1\n"), lay("u.py", b"a = 1\r\n")) == Changes()


def test_lines_when_some_are_left_out_then_only_there_is_a_gap(lay: Lay) -> None:
    old = [f"x{number}" for number in range(12)]
    new = [*old[:5], "y", *old[6:]]
    found = changes_of(lay("u.py", "\n".join(old).encode()), lay("u.py", "\n".join(new).encode()))
    marks = "".join(mark for mark, _ in found.files[0].parts[0].lines)
    assert marks == "@  -+  @"
    first = changes_of(lay("u.py", b"a\nb\nc"), lay("u.py", b"z\nb\nc"))
    assert "".join(mark for mark, _ in first.files[0].parts[0].lines) == "-+  "
    last = changes_of(lay("u.py", b"a\nb\nc\nd"), lay("u.py", b"a\nb\nc\nz"))
    assert "".join(mark for mark, _ in last.files[0].parts[0].lines) == "@  -+"


def test_module_when_handed_in_under_another_name_then_it_is_the_same_file(lay: Lay) -> None:
    found = changes_of(lay("u01.py", b"a = 1\n"), lay("u01 (1).py", b"a = 2\n"))
    assert shown(found) == {"u01 (1).py": ("renamed", "u01.py", ["-a = 1", "+a = 2"])}


def test_notebooks_when_run_and_moved_then_only_the_exercises_code_counts(lay: Lay) -> None:
    first = notebook(cell("import numpy"), cell("def f(): return 1", "f"), cell("def g(): return 2", "g"))
    text = {"cell_type": "markdown", "source": "more"}
    ran = {"outputs": [{"output_type": "stream", "text": "x" * 5000}], "execution_count": 7}
    second = notebook(
        text, cell("import numpy", **ran), cell("def g(): return 2", "g"), cell("def f(): return 1\n", "f")
    )
    assert changes_of(lay("u.ipynb", first), lay("u.ipynb", second)) == Changes()
    third = notebook(
        cell("import numpy"), cell("def f(): return 3", "f", **ran), cell("def g(): return 2", "g"), cell("y = 1")
    )
    found = shown(changes_of(lay("u.ipynb", first), lay("u.ipynb", third)))
    assert found["u.ipynb"][2] == ["+", "+y = 1", "f-def f(): return 1", "f+def f(): return 3"]


def test_zips_when_files_come_go_and_move_then_each_is_said_once(lay: Lay) -> None:
    old = archive(
        **{"a.py": "a = 1\n", "gone.py": "g = 1\n", "plain.py": "p = 1\n", "u__deep.py": "d = 1\n", "s.py": "s\n"}
    )
    new = archive(
        **{"a.py": "a = 2\n", "new.py": "n = 1\n", "other.py": "p = 1\n", "v__deep.py": "d = 2\n", "s.py": "s\n"}
    )
    assert shown(changes_of(lay("x.zip", old), lay("y.zip", new))) == {
        "a.py": ("changed", "", ["-a = 1", "+a = 2"]),
        "gone.py": ("removed", "", ["-g = 1"]),
        "new.py": ("added", "", ["+n = 1"]),
        "other.py": ("renamed", "plain.py", []),
        "v/deep.py": ("renamed", "u/deep.py", ["-d = 1", "+d = 2"]),
    }


def test_kinds_when_they_differ_then_one_went_and_the_other_came(lay: Lay) -> None:
    found = shown(changes_of(lay("u.py", b"f = 1\n"), lay("u.ipynb", notebook(cell("f = 1")))))
    assert {name: one[0] for name, one in found.items()} == {"u.py": "removed", "u.ipynb": "added"}


def test_notebook_when_damaged_then_only_a_zip_has_something_to_compare(lay: Lay) -> None:
    good, bad = notebook(cell("f = 1")), b"{"
    with pytest.raises(SubmissionError, match=r"u\.ipynb"):
        changes_of(lay("u.ipynb", good), lay("u.ipynb", bad))
    found = changes_of(
        lay("u.zip", archive(**{"u.ipynb": good, "a.py": "a"})), lay("u.zip", archive(**{"u.ipynb": bad, "a.py": "b"}))
    )
    assert shown(found) == {"u.ipynb": ("unreadable", "", []), "a.py": ("changed", "", ["-a", "+b"])}


def test_characters_when_they_hide_or_turn_others_then_they_are_named(lay: Lay) -> None:
    hidden = "\u202e\u2066\u200b\ufeff\x1b[31m\x00\ud800"
    found = changes_of(
        lay("u.ipynb", notebook(cell("a = 1", "f"))), lay("u.ipynb", notebook(cell(f"a = '{hidden}'\t# 가 é", "f")))
    )
    line = shown(found)["u.ipynb"][2][1]
    assert line == "f+a = '\\u202e\\u2066\\u200b\\ufeff\\x1b[31m\\x00\\ud800'\t# 가 é"
    assert not set(hidden) - set("[31m") & set(line)
    symbols = changes_of(lay("u.ipynb", notebook(cell("a"))), lay("u.ipynb", notebook(cell("a", "\u202ef"))))
    assert {part.exercise for one in symbols.files for part in one.parts} == {"", "\\u202ef"}
    assert visible("\u2028\u3000\x0b") == "\\u2028\\u3000\\x0b"


def test_differences_when_they_are_very_many_then_the_first_are_shown(lay: Lay) -> None:
    old = "".join(f"{number}\n" for number in range(2900))
    found = changes_of(lay("u.py", old.encode()), lay("u.py", old.replace("1", "x").encode()))
    assert found.cut
    assert sum(len(part.lines) for one in found.files for part in one.parts) == MAX_SHOWN
    long = changes_of(lay("u.py", b"a"), lay("u.py", b"b" * 100_000))
    assert long.cut
    assert max(len(line) for part in long.files[0].parts for _, line in part.lines) < 1000


def test_plain_data_when_it_is_not_ours_then_it_is_refused(lay: Lay) -> None:
    made = changes_of(lay("u.py", b"a\n"), lay("u.py", b"b\n"))
    plain = json.loads(json.dumps(to_plain(made)))
    assert from_plain(plain) == made
    one = plain["files"][0]
    for wrong in (
        {"files": [{**one, "what": "<b>"}], "cut": False},
        {"files": [{**one, "name": 3}], "cut": False},
        {"files": [{**one, "parts": [{"exercise": "", "lines": [["*", "x"]]}]}], "cut": False},
        {"files": [{**one, "parts": [{"exercise": "", "lines": [["+", "x"]] * (MAX_SHOWN + 1)}]}], "cut": False},
        {"files": [one] * 1000, "cut": False},
        [],
    ):
        with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
            from_plain(wrong)  # type: ignore[arg-type]
