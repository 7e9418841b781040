"""Definitions by their lines: the one that counts, the method asked for, and nothing parsed."""

from __future__ import annotations

from graders.submission.definitions import definition_line

TEXT = """import numpy as np

class Affine:
    def __init__(self, W):
        self.W = W

    def forward(self, x):
        return (
x @ self.W
)

    def backward(self, dout):
        pass

class Other:
    def backward(self, dout): ...

def relu(x):
    return x

class AffineTwice: ...

def relu(x):
    return np.maximum(x, 0)
"""


def test_method_has_its_line_in_that_class() -> None:
    assert definition_line(TEXT, ["Affine"], ("nothing", "forward")) == 7
    assert definition_line(TEXT, ["Other"], ("backward",)) == 16
    assert definition_line(TEXT, ["Other"], ("forward",)) == 15


def test_definition_when_there_are_several_then_the_last_counts() -> None:
    assert definition_line(TEXT, ["relu"]) == 23


def test_definition_when_under_an_alias_then_found() -> None:
    assert definition_line(TEXT, ["ReLU", "relu"]) == 23


def test_definition_when_a_name_is_assigned_then_that_line() -> None:
    assert definition_line("AND = gate(1)\nAND == 3\n    AND = 2\n", ["AND"]) == 1


def test_text_of_nothing_but_lines_is_read_once() -> None:
    text = "a=1\n" * 60_000 + "def f(\n" + " " * 100_000
    assert [definition_line(text, [name]) for name in ("a", "f", "b") * 100] == [60_000, 60_001, None] * 100


def test_definition_when_absent_then_none() -> None:
    assert definition_line(TEXT, ["Aff", "W"]) is None
    assert definition_line("", ["Affine"]) is None
