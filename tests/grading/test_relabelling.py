"""Relabellings of a unit, families of variants, and mistakes made in variants, as their entries say."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.authoring.combinations import combinations
from graders.authoring.harness import Bank
from graders.courses.course import Course
from graders.grading.counter_models import cross, crossings, load_alterations
from graders.grading.oracle import Answers
from graders.grading.relabelling import load_relabellings
from graders.messages.errors import CourseError
from tests.small_course import UNIT

ROOT = Path(__file__).parents[2]
ORDER = """
[[variant]]
id = "order"
exercise = "Scale"
blocks = ["p", "q", "r"]
inputs = ["a"]
outputs = ["da"]
orders = "all"
[variant.known]
"q, p, r" = { en = "as in B", ko = "B의 순서" }
[variant.note]
en = "Packed in the order {order}."
ko = "{order} 순서로 묶음."
"""
FAMILY = """
[[variant]]
id = "eps"
symbol = "Scale.backward"
eps = true
values = ["1e-9", "1e-8"]
edits = [{ old = "da.sum(axis=0)", new = "(da.sum(axis=0) + {value})" }]
[variant.note]
en = "ε is {value}."
ko = "ε은 {value}."
"""
DOUBLE = """
[[variant]]
id = "double"
symbol = "Scale.backward"
edits = [{ old = "da.sum(axis=0)", new = "(2 * da).sum(axis=0)" }]
[variant.note]
en = "Twice."
ko = "두 배."
"""


def variants(course: Course, text: str) -> Course:
    (course.folder(UNIT) / "variants.toml").write_text(text, encoding="utf-8")
    return course


def test_each_right_order_has_its_note(course: Course) -> None:
    found = load_relabellings(variants(course, ORDER), UNIT)["Scale"]
    assert len(found) == 5
    said = {one.order: one.note["en"] for one in found}
    assert said[1, 0, 2] == "Packed in the order q, p, r (as in B)."
    assert said[2, 1, 0] == "Packed in the order r, q, p."
    assert load_alterations(course, UNIT)[-1].model.kind == "misconception"


def test_negated_block_keeps_the_courses_order(course: Course) -> None:
    text = ORDER.replace('orders = "all"', 'negated = ["q"]')
    (found,) = load_relabellings(variants(course, text), UNIT)["Scale"]
    assert (found.order, found.signs) == ((0, 1, 2), (1, -1, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('exercise = "Scale"', 'exercise = "Skale"', "'Skale' is no exercise"),
        ('orders = "all"', "", 'it needs orders = "all", or negated'),
        ('inputs = ["a"]', "", "lacks inputs"),
        ('["p", "q", "r"]', '["p"]', "two blocks or more"),
        ('["p", "q", "r"]', '"pqr"', "blocks is no list of names"),
        ('ko = "{order} 순서로 묶음."', "", "note and known need each language of the course"),
    ],
)
def test_relabellings_when_an_entry_is_wrong_then_it_is_said_how(course: Course, old: str, new: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        load_relabellings(variants(course, ORDER.replace(old, new)), UNIT)


def test_family_when_it_has_values_then_each_is_a_variant(course: Course) -> None:
    *_, one, two = load_alterations(variants(course, FAMILY), UNIT)
    assert [one.model.id, two.model.id] == ["eps_1e-9", "eps_1e-8"]
    assert one.edits[0][1].endswith("+ 1e-9)")
    assert (two.model.hints["en"], two.model.eps) == (("ε is 1e-8.",), True)
    assert list(crossings([one, two])) == []


@pytest.mark.parametrize("values", ['"1e-8"', "[]", "[1e-8]"])
def test_family_when_values_are_no_texts_then_it_is_said(course: Course, values: str) -> None:
    with pytest.raises(CourseError, match="expected a list of texts"):
        load_alterations(variants(course, FAMILY.replace('["1e-9", "1e-8"]', values)), UNIT)


def test_family_when_a_group_is_unknown_then_it_is_said(course: Course) -> None:
    with pytest.raises(CourseError, match="groups names smol, which Scale does not have"):
        load_alterations(variants(course, FAMILY.replace("eps = true", 'eps = true\ngroups = ["smol"]')), UNIT)


# --- crossed ---


def test_cross_when_both_change_words_of_one_line_then_both_hold(course: Course) -> None:
    averaged, _, double = load_alterations(variants(course, DOUBLE), UNIT)
    text = cross(course.solution(UNIT), double, averaged)
    assert "(2 * da).mean(axis=0)" in text


def test_cross_when_the_misconception_says_how_then_that_holds(course: Course) -> None:
    path = course.folder(UNIT) / "misconceptions.toml"
    text = path.read_text(encoding="utf-8")
    edits = 'edits_on = { double = [{ old = "(2 * da).sum(axis=0)", new = "da.max(axis=0)" }] }\n[misconception.hints]'
    path.write_text(text.replace("[misconception.hints]", edits, 1), encoding="utf-8")
    averaged, _, double = load_alterations(variants(course, DOUBLE), UNIT)
    assert "da.max(axis=0)" in cross(course.solution(UNIT), double, averaged)


def test_cross_when_both_change_the_same_words_then_it_is_said(course: Course) -> None:
    text = DOUBLE.replace("(2 * da).sum", "da.max")
    averaged, _, other = load_alterations(variants(course, text), UNIT)
    with pytest.raises(CourseError, match="change the same words"):
        cross(course.solution(UNIT), other, averaged)


def test_edits_on_no_variant_are_told(course: Course) -> None:
    path = course.folder(UNIT) / "misconceptions.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[misconception.hints]", "edits_on = { x = [] }\n[misconception.hints]", 1))
    with pytest.raises(CourseError, match="edits_on names 'x'"):
        load_alterations(course, UNIT)


def test_combinations_when_tried_then_each_keeps_its_name(course: Course) -> None:
    variants(course, DOUBLE)
    bank = Bank.build(Answers(course), UNIT, course.spec(UNIT).exercise("Scale"))
    found = list(combinations(bank))
    assert len(found) == 2
    assert [one.lost for one in found] == ["", ""]


# --- the course's own ---


def judged(unit: str, symbol: str, name: str) -> dict[str, str | None]:
    course = Course(ROOT)
    text = (ROOT / "reference" / unit / "answers" / f"{name}.py").read_text(encoding="utf-8")
    bank = Bank.build(Answers(course), unit, course.spec(unit).exercise(symbol))
    report = bank.judge(vars(course.execute(unit, text)))
    return {f"{one.name}@{one.group}": one.diagnosis for one in report.checks if one.verdict != "pass"}


def test_exception_shared_by_two_mistakes_has_no_name() -> None:
    assert set(judged("u06_backprop", "Affine", "plus_for_comma").values()) == {None}


def test_time_lstm_when_dhs_is_unused_then_zeros_name_nothing() -> None:
    found = judged("u16_gated", "TimeLSTM.backward", "dhs_unused").values()
    assert found
    assert all(name is None or name.startswith("relation.") for name in found)


def test_lstm_backward_in_another_order_leaves_forward_passing() -> None:
    wrong = judged("u16_gated", "LSTM.backward", "two_orders").keys()
    assert {name.partition("@")[0] for name in wrong} >= {"dx", "dWx", "dWh", "db"}
    assert not {"h@core", "c@core"} & wrong
    assert not judged("u16_gated", "LSTM.forward", "two_orders")


def test_gru_that_forgets_its_bias_is_not_one_without() -> None:
    course = Course(ROOT)
    answers = Answers(course)
    (model,) = (one for one in answers.alterations("u16_gated", "GRU.forward") if one.model.id == "bias_forgotten")
    bank = Bank.build(answers, "u16_gated", course.spec("u16_gated").exercise("GRU.forward"))
    report = bank.judge(vars(answers.altered(model)))
    assert next(check for check in report.checks if check.name == "h").verdict == "fail"
