"""Sorts of values: a sentence in both languages for whatever a student returns."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graders.compare.arrays import compare
from graders.compare.sorts import _DETAILS, _SORTS, readable, sort_of
from graders.feedback.messages import MESSAGES, render_message
from graders.messages.message import Message
from graders.probe.values import Unsupported, decode, encode


class Foo:
    def forward(self) -> None: ...


def test_sorts_when_named_then_the_catalogue_has_them() -> None:
    assert [id for id in (*_SORTS.values(), *(f"detail.{word}" for word in _DETAILS)) if id not in MESSAGES] == []


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        ((n for n in ()), "a generator", "제너레이터"),
        (Foo(), "an object of class test_sorts.Foo", "test_sorts.Foo 클래스의 객체"),
        (Foo().forward, "a method that was not called", "호출하지 않은 메서드"),
        (Foo, "a class, not an instance of it", "객체가 아닌 클래스"),
        ({1, 2}, "a set", "집합(set)"),
        (
            np.zeros(2, dtype=complex),
            "a NumPy array (values of type complex128)",
            "NumPy 배열(원소의 자료형 complex128)",
        ),
        ("x" * 200_000, "a string (200000 characters long)", "문자열(200000자)"),
        ([0] * 20_000, "a list (more than 10000 values)", "리스트(값이 10000개보다 많음)"),
        ({(1, 2): 3}, "a dict (with a key of type tuple)", "딕셔너리(키의 자료형 tuple)"),
        (1 << 5000, "an integer (5001 bits long)", "정수(5001비트)"),
        (1j, "a complex number", "복소수"),
        (None, "None", "None"),
        (np.float32(1), "a float", "실수"),
        (True, "True or False", "True 또는 False"),
        (np.zeros((3, 2)), "an array of shape (3, 2)", "형상이 (3, 2)인 배열"),
    ],
)
def test_sort_when_a_student_returns_it_then_is_a_phrase(value: Any, english: str, korean: str) -> None:
    sort = Message.from_dict(sort_of(decode(*encode(value))))
    assert re.sub(r"\S*test_sorts", "test_sorts", render_message(sort, "en")) == english
    assert re.sub(r"\S*test_sorts", "test_sorts", render_message(sort, "ko")) == korean


@pytest.mark.parametrize("value", [object(), SimpleNamespace(), range(3), sys, lambda: 0])
def test_value_that_cannot_travel_names_no_class_of_ours(value: Any) -> None:
    difference = compare(decode(*encode(value)), np.zeros(3), 1e-9)
    assert difference is not None
    for lang in ("en", "ko"):
        said = render_message(difference.message, lang)
        assert "Unsupported" not in said
        assert "(3,)" in said


def test_words_stand_for_what_could_not_travel() -> None:
    found = readable({"a": [Unsupported("generator"), 1.5], "b": (Unsupported("Foo"),)})
    assert [render_message(found["a"][0], "en"), found["a"][1]] == ["a generator", 1.5]
    assert render_message(found["b"][0], "en") == "an object of class Foo"
