"""Faults of the contract: each has a name, a sentence with its line and a ladder; what is honest stays silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from graders.compare.context import Ending
from graders.compare.contract_hints import CONTRACT_LADDERS, contract_ladder
from graders.feedback.messages import MESSAGES, render_message
from graders.grading.outlines import outline_apart
from graders.outline import Outline, outline_of
from graders.practice.outlines import outline_of_names
from graders.probe import Trace, observe
from tests.compare.conftest import Lab, load

HEAD, INIT = "class Affine:", "    def __init__(self, W, b):\n        self.W = W\n        self.b = b\n"
FORWARD = "    def forward(self, x):\n        self.x = x\n        return x @ self.W + self.b\n"
BACKWARD = (
    "    def backward(self, dout):\n        self.dW = self.x.T @ dout\n        self.db = dout.sum(axis=0)\n"
    "        return dout @ self.W.T\n"
)
RESULT = "return x @ self.W + self.b"

# The id, the line that is told, and what is written instead.
FAULTS: Mapping[str, tuple[str, int, tuple[tuple[str, str], ...]]] = {
    "backwards": ("misspelled_method", 13, (("def backward(", "def backwards("),)),
    "backword": ("misspelled_method", 13, (("def backward(", "def backword("),)),
    "foward": ("misspelled_method", 9, (("def forward(", "def foward("),)),
    "no backward": ("missing_method", 4, ((BACKWARD, ""),)),
    "_init_": ("misspelled_init", 5, (("__init__", "_init_"),)),
    "__int__": ("misspelled_init", 5, (("__init__", "__int__"),)),
    "no __init__": ("missing_init", 4, ((INIT, ""),)),
    "gradient under another name": ("misspelled_attribute", 14, (("self.dW", "self.d_W"),)),
    "gradient that is not stored": ("missing_attribute", 4, (("self.db =", "db ="),)),
    "arguments of forward": ("arguments", 9, (("forward(self, x)", "forward(self)"), ("self.x = x", "x = self.x = 1"))),
    "order of the constructor": ("argument_order", 5, (("__init__(self, W, b)", "__init__(self, b, W)"),)),
    "extra argument": ("extra_argument", 5, (("__init__(self, W, b)", "__init__(self, size, W, b)"),)),
    "self forgotten": ("self_missing", 9, (("forward(self, x)", "forward(x)"),)),
    "slef": ("self_misspelled", 10, (("self.x = x", "slef.x = x"),)),
    "no return": ("no_return", 9, ((RESULT, "y = x @ self.W + self.b"),)),
    "return in one branch": ("no_return", 9, ((RESULT, f"if x is None:\n            {RESULT}"),)),
    "print": ("print_for_return", 11, ((RESULT, "print(x @ self.W + self.b)"),)),
    "pass": ("unfinished", 13, ((BACKWARD, "    def backward(self, dout):\n        pass\n"),)),
    "dots": ("unfinished", 13, ((BACKWARD, "    def backward(self, dout): ...\n"),)),
    "return None": ("unfinished", 13, ((BACKWARD, "    def backward(self, dout):\n        return None  # TODO\n"),)),
    "list of lists": ("list_for_array", 9, ((RESULT, "return (x @ self.W + self.b).tolist()"),)),
    "list that is calculated with": ("list_used", 11, ((RESULT, "return -x.tolist() @ self.W + self.b"),)),
    "shape of a list": ("list_used", 11, ((RESULT, "return x.tolist().shape"),)),
    "number": ("number_for_array", 9, ((RESULT, "return 3.0"),)),
    "float as a size": ("float_for_int", 11, ((RESULT, "return np.zeros((7 / 1, 5))"),)),
    "dict of the module": (
        "module_state",
        12,
        ((HEAD, f"kept = {{}}\n\n{HEAD}"), ("self.x = x", "kept[0] = kept.get(0, x)"), ("self.x.T", "kept[0].T")),
    ),
    "global": ("module_state", 11, (("self.x = x", "global seen\n        seen = x"), ("self.x.T", "(seen + 1).T"))),
    "dict of the class": (
        "class_state",
        11,
        (
            (HEAD, f"{HEAD}\n    kept = {{}}"),
            ("self.x = x", "self.kept.setdefault(0, x)"),
            ("self.x.T", "self.kept[0].T"),
        ),
    ),
    "attribute of the class": (
        "class_state",
        10,
        (
            (HEAD, HEAD),
            ("self.x = x", "Affine.x = x if not hasattr(Affine, 'x') else Affine.x"),
            ("self.x.T", "Affine.x.T"),
        ),
    ),
    "not remembered": ("not_remembered", 14, (("self.x = x", "z = x"), ("self.x.T", "self.z.T"))),
    "local of forward": ("not_remembered", 14, (("self.x = x", "z = x"), ("self.x.T", "z.T"))),
    "None of __init__": (
        "not_remembered",
        15,
        (("self.b = b", "self.b = b\n        self.x = None"), ("self.x = x", "pass")),
    ),
    "another name": ("misspelled_attribute", 14, (("self.x = x", "self.input = x"), ("self.x.T", "self.inputs.T"))),
    "attribute of nobody": ("missing_attribute", 14, (("self.x.T", "self.quux.T"),)),
    "too early": ("unset_attribute", 11, ((RESULT, "return self.dW"),)),
    "self. forgotten": ("self_forgotten", 11, ((RESULT, "return x @ W + self.b"),)),
    "misspelled name": (
        "misspelled_name",
        10,
        (("self.x = x", "self.x = dat"), ("forward(self, x)", "forward(self, data)")),
    ),
    "method as a function": ("method_without_self", 11, ((RESULT, "return forward(x)"),)),
    "calls itself": ("calls_itself", 11, ((RESULT, "return self.forward(x)"),)),
    "axix": ("misspelled_option", 15, (("axis=0", "axix=0"),)),
    "np.matmull": ("misspelled_numpy", 11, ((RESULT, "return np.matmull(x, self.W) + self.b"),)),
    "method that is not called": ("not_called", 9, ((RESULT, "return x.copy"),)),
    "input written into": ("changes_input", 11, ((RESULT, f"x[0] *= 2\n        {RESULT}"),)),
}


def apart(text: str, namespace: Mapping[str, Any]) -> Outline | None:
    return outline_apart(text)


def at_hand(text: str, namespace: Mapping[str, Any]) -> Outline | None:
    return outline_of_names(namespace)


@pytest.fixture(params=[apart, at_hand])
def lab(affine: Lab, request: pytest.FixtureRequest) -> Lab:
    affine.outlined = request.param
    return affine


@pytest.mark.parametrize("name", FAULTS)
def test_fault_when_made_then_it_is_named_with_its_line(name: str, lab: Lab) -> None:
    sort, line, edits = FAULTS[name]
    report = lab.judge(lab.edited(*edits), hidden=False)
    told = {
        (check.diagnosis, check.message.params.get("line"))
        for check in report.checks
        if check.message and check.diagnosis
    }
    assert (f"contract.{sort}", line) in told
    bare = replace(lab, outlined=None).judge(lab.edited(*edits), hidden=False)
    assert [(one.verdict, one.earned) for one in report.checks] == [(one.verdict, one.earned) for one in bare.checks]
    for check in report.checks:
        if (check.diagnosis or "").startswith("contract."):
            assert check.hint is not None
            assert {len(check.hint[lang]) for lang in ("en", "ko")} == {2}


HONEST: Mapping[str, tuple[tuple[str, str], ...]] = {
    "an optional argument more": (("__init__(self, W, b)", "__init__(self, W, b, scale=1.0)"),),
    "other names of arguments": (("def forward(self, x):", "def forward(self, data):\n        x = data"),),
    "star": (("__init__(self, W, b)", "__init__(self, *given)"), ("self.W = W", "W, b = given\n        self.W = W")),
    "lists of gradients": (("self.b = b", "self.b = b\n        self.params, self.grads = [W, b], []"),),
    "a constant of the class": ((HEAD, f"{HEAD}\n    sizes = [1, 2]\n    eps = 1e-7"),),
    "a constant of the module": ((HEAD, f"TABLE = {{1: 2}}\n\n{HEAD}"), (RESULT, f"y = TABLE[1]\n        {RESULT}")),
    "the class's default": (
        (HEAD, f"{HEAD}\n    kept = {{}}"),
        ("self.b = b", "self.b = b\n        self.kept = {}\n        self.kept[1] = W"),
    ),
    "a method of its own": ((FORWARD, f"{FORWARD}\n    def backward_of(self, x):\n        return x\n"),),
    "a print beside a return": ((RESULT, f"print(x.shape)\n        {RESULT}"),),
    "a local list": ((RESULT, f"rows = []\n        rows.append(1)\n        {RESULT}"),),
}


@pytest.mark.parametrize("name", HONEST)
def test_fault_when_the_mistake_is_another_then_an_honest_variant_is_not_blamed(name: str, lab: Lab) -> None:
    text = lab.edited(*HONEST[name])
    assert lab.judge(text).verdict == "pass"
    for old, new in (
        ("dout.sum(axis=0)", "dout.mean(axis=0) * 3 + 1"),
        ("dout @ self.W.T", "dout @ self.W.T * dout.sum()"),
    ):
        report = lab.judge(text.replace(old, new))
        assert report.verdict == "fail"
        assert not [check for check in report.checks if (check.diagnosis or "").startswith("contract.")]


def test_fault_when_nothing_fails_then_no_outline_is_made(affine: Lab) -> None:
    def never(text: str, namespace: Mapping[str, Any]) -> Outline | None:
        raise AssertionError(text)

    affine.outlined = never
    assert affine.judge(affine.reference).verdict == "pass"


def test_fault_when_a_run_never_came_back_then_the_others_are_told(affine: Lab) -> None:
    text = affine.edited(("def backward(", "def backwards("))
    namespace, first = load(text), []

    def answer(given: Mapping[str, Any]) -> Trace | None:
        first.append(given)
        return None if len(first) == 1 else observe(affine.exercise, namespace, given)

    report = affine.judge_answers(answer, False, Ending("error"), outline=partial(outline_of, text))
    assert {one.diagnosis for one in report.checks} == {None, "contract.misspelled_method"}
    lost = affine.judge_answers(lambda given: None, True, Ending("error"), outline=partial(outline_of, text))
    assert {one.diagnosis for one in lost.checks} == {None}


def test_misconception_when_it_is_exact_then_it_is_named_before_a_contract_fault(lab: Lab) -> None:
    lab.know("db_mean", ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    edits = (
        ("dout.sum(axis=0)", "dout.mean(axis=0)"),
        (HEAD, f"log = []\n\n{HEAD}"),
        ("self.x = x", "self.x = x; log.append(1)"),
    )
    (check,) = (one for one in lab.judge(lab.edited(*edits)).checks if one.name == "db")
    assert check.diagnosis == "u99_lab.Affine.db_mean"


def test_misconception_when_the_class_keeps_state_then_it_is_dropped(lab: Lab) -> None:
    lab.know("db_mean", ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    edits = (
        ("dout.sum(axis=0)", "dout.mean(axis=0)"),
        (HEAD, f"{HEAD}\n    h = {{}}"),
        ("self.x = x", "self.x = self.h[0] = x"),
    )
    (check,) = (one for one in lab.judge(lab.edited(*edits)).checks if one.name == "db")
    assert check.diagnosis == "contract.class_state"


@pytest.mark.parametrize(
    ("returned", "fault"),
    [
        ("return x", "contract.number_of_values"),
        ("return x, x, x", "contract.number_of_values"),
        ("return 1.0", "contract.one_value"),
        ("pass", "contract.unfinished"),
    ],
)
def test_values_when_there_are_too_few_or_too_many_then_it_is_told(
    returned: str, fault: str, make_lab: Callable[..., Lab], affine: Lab
) -> None:
    def pair(student: Any, x: Any) -> Any:
        left, right = student.pair(x)
        yield "left", left
        yield "right", right

    pair.__code__ = pair.__code__.replace(co_filename="graders/exercises/u99_lab.py")  # as every probe's
    (case,) = affine.exercise.cases
    case = replace(case, inputs={"x": case.inputs["x"]})
    lab = make_lab(pair, "def pair(x):\n    return x, 2 * x\n", ("left", "right"), (case,), symbol="pair")
    lab.outlined = apart
    assert {one.diagnosis for one in lab.judge(f"def pair(x):\n    {returned}\n").checks} == {fault}


def test_order_when_it_does_not_matter_then_it_is_not_blamed(make_lab: Callable[..., Lab], affine: Lab) -> None:
    def add(student: Any, x: Any, y: Any) -> Any:
        yield "out", student.add(x, y)

    (case,) = affine.exercise.cases
    case = replace(case, inputs={"x": case.inputs["x"], "y": case.inputs["x"]})
    lab = make_lab(add, "def add(x, y):\n    return x + y\n", ("out",), (case,), symbol="add")
    lab.outlined = apart
    assert lab.judge("def add(y, x):\n    return 3 * x * y + 1\n").checks[0].diagnosis is None
    lab.reference = "def add(x, y):\n    return x - 2 * y\n"
    assert lab.judge("def add(y, x):\n    return x - 2 * y\n").checks[0].diagnosis == "contract.argument_order"
    lab.reference = "def add(x, y, sizes=(1, 28)):\n    return x - 2 * y\n"
    text = "def add(y, x, sizes=(1, 28)):\n    return x - 2 * y\n"
    assert lab.judge(text).checks[0].diagnosis == "contract.argument_order"


def test_every_fault_has_a_ladder_and_a_title() -> None:
    faults = {id.split(".", 1)[1] for id in MESSAGES if id.startswith("diagnosis.contract.")}
    assert faults
    assert all(contract_ladder(one) for one in faults)
    assert all({*ladder} == {"en", "ko"} for ladder in CONTRACT_LADDERS.values())


def test_text_when_a_guest_sends_another_then_nothing_of_it_is_told(lab: Lab) -> None:
    edits = ((RESULT, "raise AttributeError(\"'Affine' object has no attribute 'x\" + 'y' * 5000 + \"'\")"),)
    report = lab.judge(lab.edited(*edits), hidden=False)
    assert all(len(render_message(one.message, "en")) < 600 for one in report.checks if one.message)


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n" + "".join(f"    def m{n}(self): self.h[{n}] = 1\n" for n in range(10_000)),
        f"class {'A' * 1_000_000}:\n    def {'b' * 1_000_000}(self): pass\n",
        "def f(" + ", ".join(f"a{n}" for n in range(2000)) + "): pass\n",
        "x = " + "(" * 150 + ")" * 150,
        "def f():\n" + "".join(f"{' ' * n}if 1:\n" for n in range(1, 90)) + " " * 90 + "pass\n",
        "x = " + "-" * 100_000 + "1",
        "class A:\n    " + "; ".join(f"h{n} = []" for n in range(20_000)),
        "def f(): return \\",
        "\0",
    ],
    ids=["methods", "names", "arguments", "brackets", "blocks", "signs", "attributes", "no Python", "nul"],
)
def test_outline_when_a_text_is_absurd_then_it_is_small_or_none(text: str) -> None:
    found = outline_apart(text)
    assert found is None or len(repr(found)) < 2_000_000
    assert found == outline_of(text) or outline_of(text) is None
