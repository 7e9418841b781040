"""The picture of a student's progress: said in words too, told apart without colour, safe with any name."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from graders.feedback.html import render_progress_html
from graders.feedback.progress_picture import STATES, Piece, Row, progress_plain, row_svg

PIECES = (Piece("relu", "passed"), Piece("Affine", "passed"), Piece("<b>&", "work"), Piece("Net.fit", "untouched"))
ROW = Row("u06_backprop", "Backpropagation", PIECES, 12.5, 40)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Backpropagation: 2 of 4 exercises passed, 1 in progress · 12.5 of 40 points"),
        ("ko", "Backpropagation: 4문제 가운데 2문제 통과, 1문제 진행 중 · 40점 가운데 12.5점"),
    ],
)
def test_row_is_said_in_one_sentence(lang: str, words: str) -> None:
    svg = ElementTree.fromstring(row_svg(ROW, lang))
    assert (svg.get("role"), svg.get("aria-label")) == ("img", words)


def test_states_differ_in_shape_and_each_piece_has_its_name() -> None:
    pieces = list(ElementTree.fromstring(row_svg(ROW, "en")))
    assert [one.findtext("title") for one in pieces] == [
        "relu: passed",
        "Affine: passed",
        "<b>&: in progress",
        "Net.fit: not started",
    ]
    assert [len(one.findall("rect")) for one in pieces] == [1, 1, 2, 1]
    assert [one[1].get("class") for one in pieces] == [f"dg-step dg-{one.state}" for one in PIECES]


@pytest.mark.parametrize("count", [0, 1, 25, 200])
def test_pieces_stay_within_the_row(count: int) -> None:
    svg = ElementTree.fromstring(row_svg(Row("u", "T", (Piece("f", "work"),) * count, 0, 1), "en"))
    for one in svg.iter("rect"):
        assert float(one.get("width", "0")) > 0
        assert float(one.get("x", "0")) + float(one.get("width", "0")) <= 262


def test_page_has_rows_numbers_and_what_the_shapes_mean() -> None:
    html = render_progress_html([ROW, Row("u07", "<i>옵티마이저", PIECES[:1], 1, 1)], "all <in> all", "ko")
    text = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert text.count('scope="row"') == 2
    assert "<i>" not in text
    assert "all &lt;in&gt; all" in text
    assert "2/4" in text
    assert "12.5/40" in text
    assert all(word in text for word in ("통과", "진행 중", "시작 전"))
    assert "<script" not in html
    assert "prefers-color-scheme:dark" in html
    assert len(STATES) == text.count('aria-hidden="true"')


def test_plain_rows_stand_in_columns() -> None:
    lines = progress_plain([ROW, Row("u07", "옵티마이저", PIECES[:1], 1, 1)]).split("\n")
    assert lines == [
        "u06_backprop  ██▒·  2/4  12.5/40  Backpropagation",
        "u07           █     1/1      1/1  옵티마이저",
    ]
    assert progress_plain([]) == ""
