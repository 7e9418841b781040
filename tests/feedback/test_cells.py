"""Cells of a CSV file: nothing that a spreadsheet would run, and always the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.feedback.cells import plain_cell, safe_cell

TRICKY = st.text(st.sampled_from("=+-@＝'\"\t\r\n ;,|:\u200b\ufeffa1"), max_size=12)


@given(TRICKY | st.text())
def test_cell_comes_back_as_it_was(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text


@given(TRICKY, TRICKY)
def test_two_texts_are_two_cells(one: str, other: str) -> None:
    assert (safe_cell(one) == safe_cell(other)) == (one == other)


@given(TRICKY)
def test_no_cell_begins_with_a_formula(text: str) -> None:
    assert safe_cell(text)[:1] not in tuple("=+-@＝\t\r\n")
    assert safe_cell(text).lstrip(' "\u200b\ufeff')[:1] not in tuple("=+-@＝")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("'=1", "''=1"),
        (" =1", "' =1"),
        ("a;=1", "a;'=1"),
        ("a;'=1", "a;''=1"),
        ("\t=1", "'\t'=1"),
        ("a-b", "a-b"),
        ("'tis", "'tis"),
        ("김민지", "김민지"),
    ],
)
def test_cell_is_changed_only_where_needed(text: str, cell: str) -> None:
    assert safe_cell(text) == cell
