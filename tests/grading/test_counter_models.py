"""Counter-models: one small edit of the solution, and every way an entry can be wrong is said."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from graders.courses.course import Course
from graders.grading.counter_models import Alteration, Edit, alter, build_model, load_alterations, symbol_span
from graders.messages.errors import CourseError
from tests.small_course import UNIT, edit, lay_course, solution_of

VARIANT = """
[[variant]]
id = "da_copied"
symbol = "Scale.backward"
edits = [{ old = "da.sum(axis=0)", new = "np.add.reduce(da)" }]
[variant.note]
en = "As well."
ko = "이것도 맞습니다."
"""


def misconceptions(course: Course) -> Path:
    return course.folder(UNIT) / "misconceptions.toml"


def names(course: Course) -> list[str]:
    return [one.name for one in load_alterations(course, UNIT)]


def one(course: Course, **changes: Any) -> Alteration:
    first = load_alterations(course, UNIT)[0]
    words = {"edits": first.edits, "symbol": first.symbol} | changes
    edits = tuple(Edit(*edit) for edit in words["edits"])
    return Alteration(UNIT, "Scale", words["symbol"], edits, first.model)


def test_alterations_are_in_the_files_order(course: Course) -> None:
    (course.folder(UNIT) / "variants.toml").write_text(VARIANT, encoding="utf-8")
    assert names(course) == [f"{UNIT}.Scale.da_averaged", f"{UNIT}.Scale.dx_without_a", f"{UNIT}.Scale.da_copied"]
    variant = load_alterations(course, UNIT)[-1].model
    assert (variant.kind, variant.hints["ko"]) == ("variant", ("이것도 맞습니다.",))


def test_alterations_when_there_is_no_file_then_there_are_none(course: Course) -> None:
    misconceptions(course).unlink()
    assert names(course) == []


def test_model_when_built_then_only_the_edit_differs(course: Course) -> None:
    module: ModuleType = build_model(course, load_alterations(course, UNIT)[0])
    layer = module.Scale(np.ones(2))
    assert layer.forward(np.ones((4, 2))).shape == (4, 2)
    layer.backward(np.ones((4, 2)))
    assert layer.da.tolist() == [1.0, 1.0]


def test_edits_when_several_then_each_sees_the_last_ones_text(course: Course) -> None:
    edits = (("da.sum(axis=0)", "da.mean(axis=0)"), ("da.mean(axis=0)", "da.max(axis=0)"))
    assert "da.max(axis=0)" in alter(course.solution(UNIT), one(course, edits=edits))


WRONG = {
    "is not TOML": ('[[misconception]]\nid = "da', '[[misconception]\nid = "da'),
    "holds ['other'], expected only [[misconception]] entries": ('id = "da_averaged"', 'id = "da_averaged"\n[other]'),
    "da_averaged lacks edits": ('edits = [{ old = "da', 'edit = [{ old = "da'),
    "(no id) lacks id": ('id = "da_averaged"', 'name = "da_averaged"'),
    "symbol 'Square.backward' belongs to no exercise": (
        'symbol = "Scale.backward"\nedits = [{ old = "da',
        'symbol = "Square.backward"\nedits = [{ old = "da',
    ),
    "hints.en needs 3 sentence(s)": ('    "Look at da, not at dx.",\n', ""),
    "hints.ko needs 3 sentence(s)": ('    "dx가 아니라 da를 살펴보세요.",\n', '    " ",\n'),
    "is defined 2 times": ('id = "dx_without_a"', 'id = "da_averaged"'),
    "id is 3, expected text": ('id = "da_averaged"', "id = 3"),
    "symbol is 3, expected text": (
        'symbol = "Scale.backward"\nedits = [{ old = "da',
        'symbol = 3\nedits = [{ old = "da',
    ),
    "edits need the texts old and new": ('{ old = "da.sum(axis=0)", new', '{ olf = "da.sum(axis=0)", new'),
    "title.ko is no text": (
        'title = { en = "dx without a", ko = "dx에 a를 곱하지 않음" }',
        'title = { en = "dx", ko = 5 }',
    ),
    "title is no table": ('title = { en = "dx without a", ko = "dx에 a를 곱하지 않음" }', 'title = "dx without a"'),
    "indistinguishable_from is no list of ids": (
        'id = "da_averaged"',
        'id = "da_averaged"\nindistinguishable_from = "x"',
    ),
    "indistinguishable_from names 'nobody'": (
        'id = "da_averaged"',
        'id = "da_averaged"\nindistinguishable_from = ["nobody"]',
    ),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_entry_when_wrong_then_file_and_entry_are_named(course: Course, sentence: str) -> None:
    edit(misconceptions(course), *WRONG[sentence])
    with pytest.raises(CourseError) as raised:
        load_alterations(course, UNIT)
    assert sentence in str(raised.value)
    assert "misconceptions.toml" in str(raised.value) or "da_averaged" in str(raised.value)
    assert re.search(r"\. \S.*\.$", str(raised.value))  # the next step


@pytest.mark.parametrize("text", ['[misconception]\nid = "a"\n', 'misconception = ["a"]\n', "misconception = 3\n"])
def test_file_when_it_holds_no_entries_then_it_is_refused(course: Course, text: str) -> None:
    misconceptions(course).write_text(text)
    with pytest.raises(CourseError, match=r"expected only \[\[misconception\]\] entries"):
        load_alterations(course, UNIT)


def test_hints_when_no_table_then_it_is_refused(course: Course) -> None:
    text = misconceptions(course).read_text(encoding="utf-8").split("[misconception.hints]")[0]
    misconceptions(course).write_text(text + 'hints = "look"\n', encoding="utf-8")
    with pytest.raises(CourseError, match="hints is no table"):
        load_alterations(course, UNIT)


def test_file_when_not_utf8_then_it_is_refused(course: Course) -> None:
    misconceptions(course).write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="is not TOML"):
        load_alterations(course, UNIT)


def test_edit_when_its_text_is_not_there_then_it_says_so(course: Course) -> None:
    with pytest.raises(CourseError, match=r"da_averaged: 'nowhere' stands 0 times in Scale\.backward, expected once"):
        alter(course.solution(UNIT), one(course, edits=(("nowhere", ""),)))


def test_edit_with_every_is_made_at_each_place_of_the_symbol(course: Course) -> None:
    text = alter(course.solution(UNIT), one(course, symbol="Scale.forward", edits=(("self.", "me.", True),)))
    assert text.count("me.") == 2
    assert text.count("self.") == course.solution(UNIT).count("self.") - 2
    with pytest.raises(CourseError, match=r"stands 0 times in Scale\.backward, expected at least once"):
        alter(course.solution(UNIT), one(course, edits=(("nowhere", "", True),)))


def test_every_is_read_from_the_file(course: Course) -> None:
    edit(misconceptions(course), 'new = "return dout" }', 'new = "return dout", every = true }')
    assert [found.edits[0].every for found in load_alterations(course, UNIT)] == [False, True]


GROUP = """
[[group]]
id = "backward_wrong"
title = { en = "a slip in backward", ko = "backward의 실수" }
hints = { en = ["a", "b", "c?"], ko = ["가", "나", "다?"] }
"""
MEMBERS = 'group = "backward_wrong"\nedits'


def grouped(course: Course, group: str = GROUP, members: str = MEMBERS) -> None:
    text = misconceptions(course).read_text(encoding="utf-8").replace("edits", members)
    misconceptions(course).write_text(group + text, encoding="utf-8")


def test_group_is_that_of_its_members(course: Course) -> None:
    grouped(course)
    shared = {found.model.shared.id for found in load_alterations(course, UNIT) if found.model.shared}
    assert shared == {"backward_wrong"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "backward_wrong"', 'id = "other"', "group names 'backward_wrong', which is no"),
        ('id = "backward_wrong"', "", "the id of a group is None"),
        (', ko = "backward의 실수"', "", r"needs title\.ko and 3 sentence"),
        ('"b", ', "", r"3 sentence\(s\) in hints\.en"),
        ('id = "backward_wrong"', 'id = "backward_wrong"\n[[group]]\nid = "backward_wrong"', "needs title"),
    ],
)
def test_group_when_wrong_then_it_is_said_how(course: Course, old: str, new: str, said: str) -> None:
    grouped(course, GROUP.replace(old, new))
    with pytest.raises(CourseError, match=said):
        load_alterations(course, UNIT)


def test_group_of_one_or_none_is_refused(course: Course) -> None:
    grouped(course, members="edits")
    with pytest.raises(CourseError, match="'backward_wrong' has no misconception"):
        load_alterations(course, UNIT)
    edit(misconceptions(course), 'edits = [{ old = "da.sum', f'{MEMBERS} = [{{ old = "da.sum')
    with pytest.raises(CourseError, match="one misconception is in the group 'backward_wrong', expected two"):
        load_alterations(course, UNIT)


def test_edit_when_its_text_is_there_twice_then_it_says_so(course: Course) -> None:
    with pytest.raises(CourseError, match=r"'self\.' stands \d+ times in Scale, expected once"):
        alter(course.solution(UNIT), one(course, symbol="Scale", edits=(("self.", ""),)))


def test_edit_outside_the_symbol_is_not_found(course: Course) -> None:
    with pytest.raises(CourseError, match=r"stands 0 times in Scale\.forward"):
        alter(course.solution(UNIT), one(course, symbol="Scale.forward"))


def test_edit_when_the_symbol_is_not_there_then_it_says_so(course: Course) -> None:
    with pytest.raises(CourseError, match=r"The solution has no Scale\.sideways. Name a function"):
        alter(course.solution(UNIT), one(course, symbol="Scale.sideways"))


def test_edit_that_leaves_no_python_tells_line_and_text(course: Course) -> None:
    with pytest.raises(CourseError, match=r"da_averaged: with 'da\.sum\(' for .*, line \d+ is no Python"):
        build_model(course, one(course, edits=(("da.sum(axis=0)", "da.sum("),)))


def test_model_when_it_does_not_run_then_its_name_is_told(course: Course) -> None:
    edits = (("class Scale:", "class Scale(Nonsense):"),)
    with pytest.raises(CourseError, match=rf"{UNIT}\.Scale\.da_averaged does not run: NameError"):
        build_model(course, one(course, symbol="Scale", edits=edits))


SOURCE = "@decorated(\n    1)\ndef f(x):\n    return x\n\n\nclass A:\n    def g(self):\n        return 'é'\n"


def test_span_when_decorated_then_it_begins_with_the_decorator() -> None:
    start, end = symbol_span(SOURCE, "f")
    assert SOURCE[start:end] == "@decorated(\n    1)\ndef f(x):\n    return x\n"


def test_span_when_a_method_then_it_is_that_methods_lines() -> None:
    start, end = symbol_span(SOURCE, "A.g")
    assert SOURCE[start:end] == "    def g(self):\n        return 'é'\n"


def test_span_when_defined_twice_then_the_last_counts() -> None:
    start, end = symbol_span("def f():\n    return 1\n\n\ndef f():\n    return 2\n", "f")
    assert (start, end) == (24, 46)


def test_edited_method_is_owned_by_its_class(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course")
    assert load_alterations(course, UNIT)[0].exercise == "Scale"
    assert "da.sum" in solution_of(course).read_text(encoding="utf-8")
