"""Probes at work: what a run leaves behind, and the helpers for every accepted spelling."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graders.probe import (
    MissingSymbol,
    Student,
    backward_of_loss,
    call,
    crash_of,
    gradient_of,
    observe,
    parameters_of,
    put_parameters,
    unwritten_elsewhere,
    update,
)
from graders.spec import Exercise, literal
from graders.spec.profile import Compatibility, Profile

TITLE = {"ko": "t", "en": "t"}


def twice(student: Any, x: Any) -> Iterator[tuple[str, Any]]:
    """The result, and the result of the result."""
    y = student.twice(x)
    yield "out", y
    yield "again", student.twice(y)


def exercise(aliases: tuple[str, ...] = ()) -> Exercise:
    return Exercise(twice, TITLE, ("out", "again"), (literal("one", {"x": 1}),), aliases=aliases)


def run(function: Any, x: Any = 1.0) -> Any:
    return observe(exercise(), {"twice": function}, {"x": x})


# --- runs ---


def test_crash_keeps_the_outputs_before_it() -> None:
    told: list[str] = []
    answers = iter([2.0])
    trace = observe(exercise(), {"twice": lambda x: next(answers)}, {"x": 1}, lambda name, _: told.append(name))
    assert (trace.outputs, told) == ({"out": 2.0}, ["out"])
    assert trace.crash is not None
    assert trace.crash.kind == "StopIteration" or trace.crash.kind == "RuntimeError"


def test_result_overwritten_later_is_kept_as_it_was() -> None:
    store = np.zeros(2)

    def same_array(x: Any) -> np.ndarray:
        store[...] += 1
        return store

    trace = run(same_array)
    assert trace.outputs["out"].tolist() == [1, 1]
    assert trace.outputs["again"].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("given", "damage"),
    [
        (np.ones(3), lambda x: x.fill(2)),
        ([1, np.ones(2)], lambda x: x[1].fill(2)),
        ({"W": np.ones(2)}, lambda x: x.update(W=None)),
        ([[1.0], [2.0]], lambda x: x.__setitem__(0, 5)),
        ({"a": {"b": 1}}, lambda x: x.update(a=None)),
        ({"W": np.ones(2)}, lambda x: x.update(W=np.array(["a", "b"]))),
        ([1.0, 2.0], lambda x: x.clear()),
    ],
)
def test_trace_when_an_input_is_written_into_then_it_is_named(given: Any, damage: Any) -> None:
    trace = run(lambda x: damage(x) if type(x) is type(given) else x, given)
    assert trace.overwritten == ("x",)


def test_untouched_inputs_are_not_named() -> None:
    assert run(lambda x: x, np.array([np.nan, 1.0])).overwritten == ()


def test_callers_inputs_stay_whole() -> None:
    given = {"x": np.ones(3)}
    observe(exercise(), {"twice": lambda x: x.fill(7)}, given)
    assert given["x"].tolist() == [1, 1, 1]


# --- symbols ---


def test_symbol_when_absent_then_near_names_are_given() -> None:
    with pytest.raises(MissingSymbol) as raised:
        _ = Student({"Twice": 1, "thrice": 2}).twice
    assert raised.value.near == ("Twice",)


def test_symbol_when_misspelt_then_the_nearest_are_given() -> None:
    with pytest.raises(MissingSymbol) as raised:
        _ = Student({"twise": 1}).twice
    assert raised.value.near == ("twise",)


def test_alias_when_used_then_it_is_accepted_with_a_note() -> None:
    trace = observe(exercise(("double",)), {"double": lambda x: 2 * x}, {"x": 1})
    assert trace.outputs == {"out": 2, "again": 4}
    assert trace.notes == ("alias:double:twice",)


# --- crashes ---


def test_crash_when_a_stub_is_run_then_it_counts_as_missing() -> None:
    def stub(x: Any) -> None:
        raise NotImplementedError

    assert run(stub).crash.missing
    assert observe(exercise(), {}, {"x": 1}).crash.missing


def test_crash_in_the_students_file_has_its_line() -> None:
    code = compile("\n\ndef twice(x):\n    return x / 0\n", "student.py", "exec")
    names: dict[str, Any] = {}
    exec(code, names)
    crash = observe(exercise(), names, {"x": 1.0}, author_file="student.py").crash
    assert crash is not None
    assert (crash.kind, crash.line, crash.missing) == ("ZeroDivisionError", 4, False)


def test_crash_when_its_text_cannot_be_read_then_that_is_said() -> None:
    class Sly(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert crash_of(Sly(), "").text == "(its text cannot be read)"
    assert len(crash_of(ValueError("x" * 900), "").text) == 500


# --- hands ---


def answer_of(source: str, *spellings: tuple[str, ...]) -> Any:
    """What ``make(lr=5)`` gives in a course that accepts these spellings; None where it ends in an exception."""
    names: dict[str, Any] = {}
    exec(source, names)

    def make(student: Any) -> Iterator[tuple[str, Any]]:
        yield "out", call(student.make, lr=5)

    profile = Profile(Compatibility(spellings=spellings))
    one = Exercise(make, TITLE, ("out",), (literal("one", {}),), profile=profile)
    return observe(one, names, {}).outputs.get("out")


@pytest.mark.parametrize("name", ["lr", "learning_rate"])
def test_call_when_the_course_accepts_two_spellings_then_either_is_found(name: str) -> None:
    assert answer_of(f"def make({name}=1): return {name}", ("beta", "rho"), ("lr", "learning_rate")) == 5


def test_call_when_the_course_accepts_another_spelling_then_this_one_is_wrong() -> None:
    source = "def make(learning_rate=1): return learning_rate"
    assert (answer_of(source, ("lr", "eta")), answer_of(source)) == (None, None)


def test_call_when_the_option_is_unknown_then_python_says_so() -> None:
    with pytest.raises(TypeError, match="momentum"):
        call(lambda lr: lr, momentum=1)


def test_options_are_passed_where_there_is_no_signature() -> None:
    assert call(dict, lr=1) == {"lr": 1}


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (SimpleNamespace(dW=7), "W"),
        (SimpleNamespace(dw=7), "W"),
        (SimpleNamespace(dweight=7), "W"),
        (SimpleNamespace(grad_bias=7), "b"),
        (SimpleNamespace(Wx_grad=7), "Wx"),
        (SimpleNamespace(grads={"W": 7}), "W"),
        (SimpleNamespace(grads={"d_bias": 7}), "b"),
        (SimpleNamespace(grads=[7, 0]), "W"),
        (SimpleNamespace(grads=[0, 7]), "b"),
        (SimpleNamespace(W="w", params=["b", "w"], grads=[0, 7]), "W"),
        (SimpleNamespace(grads=(7, 0), dgamma=None), "gamma"),
    ],
)
def test_gradient_when_it_lies_anywhere_usual_then_it_is_found(layer: Any, name: str) -> None:
    assert gradient_of(layer, name) == 7


@pytest.mark.parametrize(
    "layer",
    [
        SimpleNamespace(dweight=np.full(2, 7.0), grads=[np.zeros(2), np.zeros(1)]),
        SimpleNamespace(dW=np.zeros(2), grads=[np.full(2, 7.0), np.zeros(1)]),
        SimpleNamespace(dW=np.zeros(2), dw=np.full(2, 7.0)),
        SimpleNamespace(dW=np.full(2, 7.0), grads={"W": np.ones(2)}),
    ],
)
def test_place_that_was_written_counts_beside_zeros(layer: Any) -> None:
    assert gradient_of(layer, "W").tolist() == [7, 7]


def test_zero_gradient_comes_back_as_zeros() -> None:
    layer = SimpleNamespace(dW=np.zeros(2), grads=[np.zeros(2), np.ones(1)])
    assert gradient_of(layer, "W").tolist() == [0, 0]


@pytest.mark.parametrize(
    ("signature", "dout", "given"),
    [
        ("dout=1", 1, 1),
        ("dout=1", 2.5, 2.5),
        ("dout", 1, 1),
        ("dout", 2.5, 2.5),
        ("*douts", 2.5, (2.5,)),
        ("*, dout=1", 2.5, 1),
        ("dout=3", 1, 3),
    ],
)
def test_loss_when_its_dout_may_be_left_out_then_it_is(signature: str, dout: float, given: Any) -> None:
    names: dict[str, Any] = {}
    exec(f"def backward({signature}): return {signature.split('=')[0].strip('*, ')}", names)
    assert backward_of_loss(SimpleNamespace(backward=names["backward"]), dout) == given


def test_loss_whose_backward_takes_nothing_is_called_so() -> None:
    assert backward_of_loss(SimpleNamespace(backward=lambda: 7), 2.5) == 7


def test_absent_gradient_names_both_places() -> None:
    with pytest.raises(AttributeError, match=r"no gradient dW: neither \.dW nor \.grads holds it after backward"):
        gradient_of(SimpleNamespace(grads=[]), "W")


def test_parameters_when_a_dict_or_a_list_then_both_are_lists() -> None:
    assert parameters_of(SimpleNamespace(params={"W": 1, "b": 2})) == [1, 2]
    assert parameters_of(SimpleNamespace(params=(1, 2))) == [1, 2]


def test_named_parameters_are_written_in_place() -> None:
    model = SimpleNamespace(params={"W": np.zeros(2), "b": np.zeros(1)})
    before = model.params["W"]
    put_parameters(model, {"b": np.ones(1), "W": np.full(2, 3.0)})
    assert before.tolist() == [3, 3]


def test_unique_shapes_of_a_list_decide_before_order() -> None:
    model = SimpleNamespace(params=[np.zeros(1), np.zeros(2), np.zeros(2)])
    put_parameters(model, [np.full(2, 1.0), np.full(2, 2.0), np.full(1, 9.0)])
    assert model.params[0].tolist() == [9]


# --- optimizers ---


class Dicts:
    """Book 1: dicts of names."""

    def update(self, params: Any, grads: Any) -> None:
        for name in params:
            params[name] -= grads[name]


class Lists:
    """Book 2: lists in order, rebinding the entries."""

    def update(self, params: list[Any], grads: list[Any]) -> None:
        for place in range(len(params)):
            params[place] = params[place] - grads[place]


class Slots(Lists):
    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)


class Refuses:
    def update(self, params: Any, grads: Any) -> None:
        raise ValueError("nothing fits")


@pytest.mark.parametrize("optimizer", [Dicts(), Lists(), Slots()])
def test_either_style_of_optimizer_makes_the_same_step(optimizer: Any) -> None:
    params = update(optimizer, {"W": np.full(2, 5.0)}, {"W": np.ones(2)})
    assert params["W"].tolist() == [4, 4]
    assert update(optimizer, params, {"W": np.ones(2)})["W"].tolist() == [3, 3]


def test_update_when_it_is_a_stub_then_that_is_what_is_raised() -> None:
    def stub(params: Any, grads: Any) -> None:
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        update(SimpleNamespace(update=stub), {"W": np.ones(1)}, {"W": np.ones(1)})


def test_exception_of_the_student_is_kept_when_no_style_fits() -> None:
    with pytest.raises(ValueError, match="nothing fits"):
        update(Refuses(), {"W": np.ones(1)}, {"W": np.ones(1)})


STUBS = """
class Net:
    def __init__(self, size):
        self.w = init(size) if size else None

    def predict(self, x):
        raise NotImplementedError

    def loss(self, x):
        return self.predict(x).sum()

    def copy(self, x):
        raise NotImplementedError


def init(size):
    raise NotImplementedError
"""


@pytest.mark.parametrize(
    ("method", "size", "expected"),
    [
        ("loss", 0, ("Net.predict", 10)),
        ("predict", 0, None),
        ("copy", 0, None),
        ("loss", 3, ("init", 4)),  # without its object nothing of it can be said
        ("copy", 3, ("init", 4)),
    ],
)
def test_stub_that_the_exercise_calls_in_its_own_module_is_told(
    method: str, size: int, expected: tuple[str, int] | None
) -> None:
    def probe(student: Any) -> Iterator[tuple[str, Any]]:
        yield "out", getattr(student.Net(size), method)(1)

    symbols: dict[str, Any] = {"__name__": "u01"}
    exec(compile(STUBS, "u01.py", "exec"), symbols)
    exercise = Exercise(probe, {"en": "t", "ko": "t"}, ("out",), (literal("one", {}),), symbol=f"Net.{method}")
    crash = observe(exercise, symbols, {}, author_file="u01.py").crash
    assert crash is not None
    used = unwritten_elsewhere(crash)
    assert (used and (used["symbol"], crash.line)) == expected
    assert crash.missing == (expected is None)
