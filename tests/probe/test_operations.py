"""What a line was doing when it raised, however it is written."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from graders.probe import Crash, crash_of
from graders.probe.operations import OPERATION

FILE = "student-operations.py"


def crash(line: str) -> Crash:
    """The crash of one line with x (7, 3), W (5, 4) and v (7,) at hand."""
    text = f"def run(x, W, v, layer):\n    {line}\n"
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    names: dict[str, Any] = {"np": np}
    exec(compile(text, FILE, "exec"), names)

    class Layer:
        def __init__(self) -> None:
            self.W = np.ones((5, 4))

        @property
        def angry(self) -> Any:
            raise SystemError("not to be asked")

    try:
        names["run"](np.ones((7, 3)), np.ones((5, 4)), np.ones(7), Layer())
    except Exception as error:
        return crash_of(error, FILE)
    raise AssertionError(line)


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        ("x @ W", "matmul (7,3) (5,4)"),
        ("y = 1 + np.dot(x, W) * 2", "matmul (7,3) (5,4)"),
        ("x.dot(layer.W)", "matmul (7,3) (5,4)"),
        ("np.matmul(x, W.T)", "matmul (7,3) (4,5)"),
        ("x * v", "multiply (7,) (7,3)"),
        ("v * x", "multiply (7,) (7,3)"),
        ("np.multiply(v, x)", "multiply (7,) (7,3)"),
        ("np.log(x) * v", "multiply"),
        ("x += v", "add (7,) (7,3)"),
        ("np.dot(x + W)", "add (5,4) (7,3)"),
        ("x[9]", "index"),
        ("layer.nothing", "attribute"),
        ("a, b = x", "unpack"),
        ("np.reshape(x, 5)", "call"),
        ("x @ layer.angry", "attribute"),
        ("x * (\n        v\n    )", "multiply (7,) (7,3)"),
        ("raise ValueError('한글')", ""),
    ],
)
def test_operation_that_raised_is_said_with_its_shapes(line: str, operation: str) -> None:
    found = crash(line).operation
    assert found == operation
    assert not found or OPERATION.fullmatch(found)


def test_no_operation_without_the_text() -> None:
    names: dict[str, Any] = {"np": np}
    exec(compile("def run(): np.ones(3) @ np.ones(4)", "student-nowhere.py", "exec"), names)
    with pytest.raises(ValueError, match="mismatch") as caught:
        names["run"]()
    assert crash_of(caught.value, "student-nowhere.py").operation == ""
