"""What takes Python the square of its length is refused before it does, with its line; honest text never is."""

from __future__ import annotations

import ast
import builtins
import json
from pathlib import Path
from typing import Any

import pytest

from graders.messages.errors import SubmissionError
from graders.submission import load_submission
from graders.submission.absurd import MAX_CAPTURES, MAX_DOTS, MAX_KEYWORDS, MAX_NAME
from graders.submission.text import parse

UNITS = ("u06_backprop",)


def numbered(count: int, form: str = "a{}") -> str:
    return ", ".join(form.format(number) for number in range(count))


ABSURD = {
    "combining marks": (f"x = 1\nb{chr(0x301) * MAX_NAME} = 1\n", "source.name", 2),
    "letters": ("글" * (MAX_NAME + 1) + " = 1\n", "source.name", 1),
    "letters behind a sentence": ("# 한 글\n\n" + "x" + "é" * MAX_NAME + "\n", "source.name", 3),
    "import": ("import a" + ".a" * (MAX_DOTS + 1) + "\n", "source.dots", 1),
    "from": ("x = 1\nfrom a" + ".a" * (MAX_DOTS + 1) + " import b\n", "source.dots", 2),
    "import with spaces": ("import a" + " . a" * (MAX_DOTS + 1) + "\n", "source.dots", 1),
    "import over lines": ("import a" + ".\\\na" * (MAX_DOTS + 1) + "\n", "source.dots", 1),
    "import of other letters": ("import é" + ".é" * (MAX_DOTS + 1) + "\n", "source.dots", 1),
    "call": ("x = 1\nf(" + numbered(MAX_KEYWORDS + 1, "a{}=1") + ")\n", "source.keywords", 2),
    "class": ("class A(" + numbered(MAX_KEYWORDS + 1, "a{}=1") + "): pass\n", "source.keywords", 1),
    "sequence": (f"match x:\n  case [{numbered(MAX_CAPTURES + 1)}]: pass\n", "source.captures", 2),
    "mapping": (f"match x:\n  case {{{numbered(MAX_CAPTURES + 1, '{0}: a{0}')}}}: pass\n", "source.captures", 2),
    "nested": (f"match x:\n  case {'[' * 5}{numbered(MAX_CAPTURES)}{']' * 5} as b: pass\n", "source.captures", 2),
    "over lines": (
        "match x:\n  case [" + numbered(MAX_CAPTURES + 1).replace(" ", "\n") + "]: pass\n",
        "source.captures",
        2,
    ),
}


@pytest.mark.parametrize("name", ABSURD)
def test_text_when_absurd_then_it_is_refused_with_its_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, id, line = ABSURD[name]
    compiled: list[Any] = []
    real = builtins.compile
    monkeypatch.setattr(
        builtins, "compile", lambda source, *rest, **more: compiled.append(source) or real(source, *rest, **more)
    )
    with pytest.raises(SubmissionError) as caught:
        parse(text, "kim.py")
    assert (caught.value.message_id, caught.value.params["line"], caught.value.params["file"]) == (id, line, "kim.py")
    parses = id in ("source.keywords", "source.captures")
    assert [isinstance(one, ast.AST) for one in compiled] == [False] * parses  # read at most, never compiled


HONEST = {
    "long name of ASCII letters": "x" * 5000 + " = 1\n",
    "data in a string": f"x = '{'0123456789abcdef' * 2000}'\n",
    "chain of attributes": "x = a" + ".b" * 300 + "\n",
    "Chinese without spaces": '"""'
    + "梯度是损失函数对参数的偏导数。反向传播把误差从输出传回输入,每一层只需要局部的导数。" * 40
    + '"""\n',
    "Japanese without spaces": "# " + "誤差逆伝播法では、出力側から入力側へ勾配を伝える。" * 60 + "\nx = 1\n",
    "Korean": '"""' + "순전파에서 저장한 값을 역전파에서 다시 사용합니다. " * 100 + '"""\n',
    "many ellipses": "x = [" + "..., " * 2000 + "]\n",
    "many assignments": "x = y = z = 1\n" * 2000,
    "long pattern": f"match x:\n  case [{numbered(50)}]: pass\n",
    "case in words": '"""\ncase 1: of many, ' + "many, " * 3000 + '\n"""\n',
    "numbers with dots": "x = '" + "1.2." * 3000 + "'\n",
}


@pytest.mark.parametrize("name", HONEST)
def test_text_when_honest_then_it_is_read(name: str) -> None:
    try:
        assert parse(HONEST[name], "kim.py").body
    except SyntaxError:
        pytest.fail("the example is no Python")


@pytest.mark.parametrize("cells", [1, 7])
def test_absurd_cell_is_named_with_its_line(cells: int, tmp_path: Path) -> None:
    sources = ["%matplotlib inline\n" * 6 + "x = 1"] * (cells - 1) + [f"y = 1\n%ls\nb{chr(0x301) * 9000} = 1\n"]
    made = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    (tmp_path / "u06_backprop.ipynb").write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4}))
    with pytest.raises(SubmissionError, match="Give it a short name") as caught:
        load_submission(tmp_path / "u06_backprop.ipynb", units=UNITS)
    assert caught.value.params["file"] == f"u06_backprop.ipynb [{cells}]"
    assert (caught.value.params["line"], caught.value.params["count"]) == (3, 9001)


def test_unit_when_another_is_absurd_then_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "u06_backprop.py").write_text("x = 1\n")
    (tmp_path / "u07_optimizers.py").write_text("import a" + ".a" * 60_000 + "\n")
    submission = load_submission(tmp_path, units=(*UNITS, "u07_optimizers"))
    faults = {unit: source.fault and source.fault.id for unit, source in submission.sources.items()}
    assert faults == {"u06_backprop": None, "u07_optimizers": "source.dots"}
