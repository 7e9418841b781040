from __future__ import annotations

import dis
from types import CodeType, FunctionType
from typing import Any

import pytest

from graders.courses.course import Course
from graders.courses.pieces import compiled_beside
from graders.grading.counter_models import alter, cross, crossings, load_alterations
from graders.messages.errors import CourseError

ORIGIN = '''"""A unit."""

import math

RATE = 0.1


def first(x):
    return x + 1  # one


class Layer:
    def forward(self, x):
        return first(x) * RATE

    def backward(self, dout):
        return dout * RATE


def last(x):
    return Layer().forward(x)


def more(x):
    return math.sqrt(x)
'''


CALLS = ("LOAD_", "PRECALL", "CALL", "PUSH_NULL", "EXTENDED_ARG")


def executed(codes: tuple[CodeType, ...]) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "u01_a"}
    for code in codes:
        exec(code, names)
    return names


def beside(text: str, origin: str = ORIGIN) -> tuple[CodeType, ...]:
    return compiled_beside(text, "altered.py", origin, "origin.py")


def whole(text: str) -> tuple[CodeType, ...]:
    return (compile(text, "altered.py", "exec", dont_inherit=True),)


def told(code: CodeType) -> Any:
    """All of a code but where it stands, and how Python calls what the same text imports."""
    inner = [told(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    done = [one.opname for one in dis.get_instructions(code) if not one.opname.startswith(CALLS)]
    return code.co_name, done, code.co_names, code.co_varnames, inner


def functions(names: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in names.items():
        for inner, one in [("", value), *(vars(value).items() if isinstance(value, type) else ())]:
            if isinstance(one, FunctionType):
                assert one.__globals__ is names or one.__module__ != names["__name__"]  # of another unit
                found[name, inner] = told(one.__code__)
            elif isinstance(one, int | float | str):
                found[name, inner] = one
    return {key: value for key, value in found.items() if key[1] != "__doc__" and key[0] != "__doc__"}


EDITS = {
    "a line": ("x + 1", "x - 1"),
    "a number": ("RATE = 0.1", "RATE = 0.5"),
    "a line more": ("    return x + 1  # one", "    x = 2 * x\n    return x + 1  # one"),
    "a method less": ("    def backward(self, dout):\n        return dout * RATE\n", ""),
    "a method more at the end": ("dout * RATE\n", "dout * RATE\n\n    def other(self):\n        return 3\n"),
    "a statement more after a gap": ("\n\ndef last", "\n    other = 3\n\n\ndef last"),
    "a decorator": ("class Layer", "@type.__call__\nclass Other: pass\n\nclass Layer"),
    "a text over what follows": ("x + 1  # one", '"""\n' + "a" * 5),
    "a branch of what stands before": ("RATE = 0.1", "if True:\n    RATE = 1\nelse:\n    RATE = 2"),
    "the end": ("math.sqrt(x)\n", "math.sqrt(x) + 1"),
    "the import": ("import math", "import math, os"),
    "nothing": ("x + 1", "x + 1"),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS.keys())
def test_code_beside_is_that_of_the_whole(old: str, new: str) -> None:
    text = ORIGIN.replace(old, new)
    try:
        wanted = whole(text)
    except SyntaxError:
        with pytest.raises(SyntaxError):
            beside(text)
        return
    try:
        right = executed(wanted)
    except Exception as error:
        with pytest.raises(type(error)):
            executed(beside(text))
        return
    assert functions(executed(beside(text))) == functions(right)


def test_code_that_is_unchanged_is_not_made_again() -> None:
    one, other = beside(ORIGIN.replace("x + 1", "x - 1")), beside(ORIGIN.replace("x + 1", "x + 2"))
    assert [mine is theirs for mine, theirs in zip(one, other, strict=True)].count(False) == 1


def test_code_that_is_changed_keeps_its_lines() -> None:
    names = executed(beside(ORIGIN.replace("math.sqrt(x)", "math.sqrt(-x)")))
    assert names["more"].__code__.co_firstlineno == ORIGIN[: ORIGIN.index("def more")].count("\n") + 1
    assert names["more"].__code__.co_filename == "altered.py"
    assert names["first"].__code__.co_filename == "origin.py"


def test_future_of_a_text_holds_for_all_of_it() -> None:
    origin = f"from __future__ import annotations\n{ORIGIN}"
    names = executed(beside(origin.replace("def more(x)", "def more(x: Unknown)"), origin))
    assert names["more"].__annotations__ == {"x": "Unknown"}


@pytest.mark.slow
@pytest.mark.parametrize("unit", Course.find().units)
def test_counter_models_are_those_of_the_whole_text(unit: str) -> None:
    course = Course.find()
    source, known = course.solution(unit), load_alterations(course, unit)
    texts = [alter(source, one) for one in known]
    for variant, mistake in [*crossings(known)][::7]:
        try:
            texts.append(cross(source, variant, mistake))
        except CourseError:
            continue
    for text in texts[::3]:
        assert functions(vars(course.execute(unit, text, source))) == functions(vars(course.execute(unit, text)))
