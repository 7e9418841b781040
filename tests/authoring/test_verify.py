"""The course proves itself: each kind of fault, planted in a small course, is found and named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.authoring.release import release
from graders.authoring.verify import verify_course, verify_unit, verify_whole
from graders.courses.course import Course
from graders.messages.errors import CourseError
from tests.small_course import UNIT, edit, solution_of, spec_of

LITERAL = """            literal(
                "(1, 3, 2)",
                {"x": np.array([[1.0, 2.0, 4.0]]), "a": np.array([2.0, 0.5, 1.0]), "dout": np.ones((1, 3))},
                source="S1, a slide",
                expect={"out": [[2.0, 1.0, 4.0]]},
                digits=2,
            ),
            drawn(
"""
VARIANT = """
[[variant]]
id = "scaled"
symbol = "Scale.backward"
edits = [{ old = "da.sum(axis=0)", new = "EDIT" }]
[variant.note]
en = "As well."
ko = "이것도 맞습니다."
"""
RANDOM = "return np.full_like(dout, np.random.rand())"
BOTH = """
[[misconception]]
id = "both"
title = { en = "Both", ko = "둘 다" }
symbol = "Scale.backward"
edits = [{ old = "da.sum(axis=0)", new = "da.max(axis=0)" }, { old = "return self.a * dout", new = "RANDOM" }]
[misconception.hints]
en = ["a", "b", "c"]
ko = ["가", "나", "다"]
"""


def found(course: Course) -> list[str]:
    return list(map(str, verify_unit(Course(course.root), UNIT)))


def whole(course: Course) -> list[str]:
    fresh = Course(course.root)
    return list(map(str, verify_whole(fresh, fresh.units)))


def misconceptions(course: Course) -> Path:
    return course.folder(UNIT) / "misconceptions.toml"


def add(path: Path, text: str) -> None:
    path.write_text((path.read_text(encoding="utf-8") if path.is_file() else "") + text, encoding="utf-8")


def in_solution(old: str, new: str) -> Callable[[Course], None]:
    return lambda course: edit(solution_of(course), old, new)


def in_spec(*pairs: tuple[str, str]) -> Callable[[Course], None]:
    def change(course: Course) -> None:
        for old, new in pairs:
            edit(spec_of(course), old, new)

    return change


def in_misconceptions(old: str, new: str) -> Callable[[Course], None]:
    return lambda course: edit(misconceptions(course), old, new)


def variant(new: str) -> Callable[[Course], None]:
    return lambda course: add(course.folder(UNIT) / "variants.toml", VARIANT.replace("EDIT", new))


def lesson(name: str, old: str, new: str) -> Callable[[Course], None]:
    return lambda course: edit(course.folder(UNIT) / name, old, new)


IMPORT = ("from graders.probe", "import numpy as np\n\nfrom graders.probe")
LITERALS = ("drawn, normal", "drawn, literal, normal")
ALWAYS = (
    'properties={"dx": Property(lambda actual, expected, inputs: True, {"en": "a", "ko": "b"})},\n        gradients={'
)
GUARDED = """        try:
            ### BEGIN SOLUTION
            self.x = x
            ### END SOLUTION
        except NotImplementedError:
            raise ValueError("given code") from None
        return self.a * x

    def backward"""
FORWARD = """        ### BEGIN SOLUTION
        self.x = x
        return self.a * x
        ### END SOLUTION

    def backward"""

FAULTS: dict[str, tuple[str, Callable[[Course], None]]] = {
    "gradient wrong": (
        "dx of the reference misses the slope of its own forward by",
        in_solution("return self.a * dout", "return self.a * dout * 1.001"),
    ),
    "gradient wrong in one entry": (
        "da of the reference misses the slope",
        in_solution("self.da = da.sum(axis=0)", "self.da = da.sum(axis=0)\n        self.da[0] += 1e-3"),
    ),
    "not the same twice": (
        "the reference gives other bytes on a second run of random#0",
        in_solution("return self.a * x", "return self.a * x + 1e-15 * np.random.randn()"),
    ),
    "overwrites its input": (
        "the reference overwrites its input ('dout',) in random#0",
        in_solution("return self.a * dout", "dout *= 2\n        return self.a * dout / 2"),
    ),
    "needs a note": (
        "the reference gets the note note.alias",
        lambda course: (
            edit(spec_of(course), "outputs=", 'aliases=("Skale",),\n        outputs='),
            edit(solution_of(course), "class Scale", "class Skale"),
            misconceptions(course).unlink(),
        ),
    ),
    "fails its own rule": (
        "the reference gets 2 of 3 the first time: ['dx@core fail']",
        in_spec(
            ("normal\n", "normal, Property\n"),
            ("gradients={", ALWAYS.replace("True", "False")),
        ),
    ),
    "raises": (
        "u99_topic.Scale: The reference of Scale raises ValueError",
        in_solution("return self.a * dout", "raise ValueError('no luck')"),
    ),
    "stub with points": (
        "the stub gets 1 points, expected 0",
        in_spec(
            ('    yield "out"', '    yield "a", layer.a\n    yield "out"'), ('outputs=("out"', 'outputs=("a", "out"')
        ),
    ),
    "stub that errs": (
        "the stub's verdict is error, expected missing",
        in_solution(FORWARD, GUARDED),
    ),
    "misconception without a case": (
        "u99_topic.Scale.dx_without_a: this misconception gets full marks; no case shows it",
        in_misconceptions('new = "return dout"', 'new = "return dout * self.a"'),
    ),
    "misconception under another's name": (
        "u99_topic.Scale.dx_without_a: it is diagnosed as u99_topic.Scale.da_averaged instead of its own name",
        lambda course: (
            edit(misconceptions(course), '{ old = "da.sum(axis=0)", new = "da.mean(axis=0)" }', "EDIT"),
            edit(misconceptions(course), "EDIT", '{ old = "return self.a * dout", new = "return dout + 0" }'),
            edit(
                misconceptions(course),
                'id = "da_averaged"',
                'id = "da_averaged"\nindistinguishable_from = ["dx_without_a"]',
            ),
        ),
    ),
    "misconception with two names": (
        "u99_topic.Scale.both: besides its own name it is diagnosed as ['relation.constant']",
        lambda course: add(misconceptions(course), BOTH.replace("RANDOM", RANDOM)),
    ),
    "misconception without a title": (
        "u99_topic.Scale.dx_without_a: it has no title; name the mistake",
        in_misconceptions('title = { en = "dx without a", ko = "dx에 a를 곱하지 않음" }\n', ""),
    ),
    "misconception with a title in one language": (
        "u99_topic.Scale.dx_without_a: it has no title; name the mistake",
        in_misconceptions('title = { en = "dx without a", ko = "dx에 a를 곱하지 않음" }', 'title = { en = "dx" }'),
    ),
    "misconception without hints": (
        "hints.ko needs 3 sentence(s)",
        in_misconceptions('    "dx를 살펴보세요.",\n', ""),
    ),
    "misconception that does not apply": (
        "u99_topic.Scale.dx_without_a: 'return self.x * dout' stands 0 times",
        in_misconceptions('old = "return self.a * dout"', 'old = "return self.x * dout"'),
    ),
    "variant that fails": (
        "u99_topic.Scale.scaled: this right variant gets 1 of 3 points: ['dx', 'da']",
        variant("da.summe(axis=0)"),
    ),
    "variant that is no derivative": (
        "u99_topic.Scale.scaled: da of this variant misses the slope of its own forward by",
        variant("da.sum(axis=0) * 2"),
    ),
    "variant without a difference": (
        "u99_topic.Scale.scaled: this variant passes without its note",
        variant("np.add.reduce(da)"),
    ),
    "trivial answer paid": (
        "answering zeros everywhere earns 1 points for dx@core",
        in_spec(("normal\n", "normal, Property\n"), ("gradients={", ALWAYS)),
    ),
    "copy of the input paid": (
        "answering a copy of the input everywhere earns 1 points for dx@core",
        in_spec(
            ("normal\n", "normal, Property\n"),
            ("gradients={", ALWAYS.replace("True", "bool((abs(actual) > 0).all())")),
        ),
    ),
    "NaN paid": (
        "answering NaN everywhere earns 1 points for dx@core",
        in_spec(
            ("normal\n", "normal, Property\n"),
            ("gradients={", ALWAYS.replace('"ko": "b"})', '"ko": "b"}, False)')),
        ),
    ),
    "slide's number wrong": (
        "case '(1, 3, 2)' prints [[2.0, 1.01, 4.0]] for out (S1, a slide), the reference gives [[2.0, 1.0, 4.0]]",
        in_spec(IMPORT, LITERALS, ("            drawn(\n", LITERAL.replace("2.0, 1.0, 4.0]]}", "2.0, 1.01, 4.0]]}"))),
    ),
    "slide's shape wrong": (
        "case '(1, 3, 2)' prints [2.0, 1.0, 4.0] for out",
        in_spec(IMPORT, LITERALS, ("            drawn(\n", LITERAL.replace("[[2.0, 1.0, 4.0]]", "[2.0, 1.0, 4.0]"))),
    ),
    "slide's output unknown": (
        "case '(1, 3, 2)' expects 'y', which the probe does not yield",
        in_spec(IMPORT, LITERALS, ("            drawn(\n", LITERAL.replace('"out"', '"y"'))),
    ),
    "lesson absent": (
        "There is no lesson",
        lambda course: (course.folder(UNIT) / "lesson.ko.md").unlink(),
    ),
    "lesson without the exercise": (
        "lesson.en.md does not place 'Scale'. Add the line <!-- exercise: Scale -->.",
        lesson("lesson.en.md", "<!-- exercise: Scale -->", ""),
    ),
    "lesson with an unknown exercise": (
        "lesson.ko.md places the exercise 'Skale', which u99_topic does not have. Did you mean Scale?",
        lesson("lesson.ko.md", "<!-- exercise: Scale -->", "<!-- exercise: Scale -->\n\n<!-- exercise: Skale -->"),
    ),
    "spec unfair": (
        "u99_topic.py: Exercise Scale: outputs is empty",
        in_spec(('outputs=("out", "dx", "da")', "outputs=()")),
    ),
    "scale that fails": (
        "u99_topic.Scale: verify could not finish: ZeroDivisionError",
        in_spec(("gradients={", 'scale={"dx": lambda inputs: 1 / 0},\n        gradients={')),
    ),
    "after unknown": (
        "u99_topic.Scale: after names 'Afine', which is no exercise of this course",
        in_spec(('outputs=("out"', 'after=("Afine",),\n        outputs=("out"')),
    ),
    "uses unknown": (
        "u99_topic: uses names the unit 'u98_nowhere', which this course does not have",
        in_spec(('"ko": "새 단원"}', '"ko": "새 단원"}, uses=("u98_nowhere",)')),
    ),
    "case unnamed": (
        "u99_topic: the case or group 'random' has no Korean name; give it in Unit(cases={...})",
        in_spec((', cases={"random": "무작위 값"}', "")),
    ),
    "group unnamed": (
        "u99_topic: the case or group 'stable' has no Korean name; give it in Unit(cases={...})",
        in_spec(("dims=({", 'group="stable",\n                dims=({')),
    ),
    "case unknown": (
        "u99_topic: cases names 'randm', which is no case or group of this unit",
        in_spec(('cases={"random"', 'cases={"randm"')),
    ),
}


def test_course_when_nothing_is_planted_then_nothing_is_found(course: Course) -> None:
    assert found(course) == []
    assert whole(course) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_when_planted_then_it_is_found(course: Course, fault: str) -> None:
    sentence, plant = FAULTS[fault]
    plant(course)
    assert any(sentence in one for one in found(course)), "\n".join(found(course))


def literal_group(course: Course, words: str = "") -> None:
    """A group that pays and has nothing hidden."""
    text = LITERAL.replace("digits=2", 'group="slide"')
    in_spec(IMPORT, LITERALS, ("            drawn(\n", text), ("gradients={", f"{words}gradients={{"))(course)


def test_group_that_pays_without_hidden_inputs_is_found(course: Course) -> None:
    literal_group(course)
    sentences = [one for one in found(course) if "without a hidden case" in one]
    assert [name for name in ("out", "dx", "da") if any(f"for {name}@slide" in one for one in sentences)] == [
        "out",
        "dx",
        "da",
    ]


def test_group_with_a_reason_may_pay_without_hidden_inputs(course: Course) -> None:
    literal_group(course, 'unhidden={f"{name}@slide": "the whole domain" for name in ("out", "dx", "da")},\n        ')
    assert not any("without a hidden case" in one or "memorizing" in one for one in found(course))


def test_public_answer_right_for_hidden_inputs_is_found(course: Course) -> None:
    """What depends on the shape alone is known before the hidden inputs are."""
    in_spec(('"x": normal("N", "D")', '"x": derived(lambda rng, dims, earlier: np.full((dims["N"], dims["D"]), 0.5))'))(
        course
    )
    in_spec(('"a": normal("D")', '"a": derived(lambda rng, dims, earlier: np.arange(1.0, dims["D"] + 1))'))(course)
    in_spec(
        ("drawn, normal", "derived, drawn, normal"), ("from graders.probe", "import numpy as np\n\nfrom graders.probe")
    )(course)
    assert any("memorizing the public answers" in one and "for out@core" in one for one in found(course))


@pytest.mark.parametrize("digits", [2, 4])
def test_slide_right_to_its_digits_has_no_finding(course: Course, digits: int) -> None:
    in_spec(IMPORT, LITERALS, ("            drawn(\n", LITERAL.replace("digits=2", f"digits={digits}")))(course)
    assert found(course) == []


def test_constant_is_paid_when_the_reference_is_that(course: Course) -> None:
    """A case in which the right answer is zero everywhere pays zeros, and that is no fault."""
    in_spec(('"x": normal("N", "D")', '"x": normal("N", "D", scale=0.0)'))(course)
    assert not any("answering zeros" in one and "for out" in one for one in found(course))


def test_after_may_name_an_exercise_of_another_unit(course: Course) -> None:
    in_spec(('outputs=("out"', 'after=("Scale", "u99_topic.Scale"),\n        outputs=("out"'))(course)
    assert found(course) == []


# --- the public files ---


def test_verify_reports_stale_assignments_with_the_command(course: Course) -> None:
    (course.root / "assignments" / UNIT / f"{UNIT}.py").write_text("x = 1\n")
    assert whole(course) == [
        f"assignments: assignments/{UNIT}/{UNIT}.py is not what reference/ and graders/exercises/ give; "
        f"'deepgrade release --unit {UNIT}' writes it again"
    ]


def test_line_when_leaked_then_verify_names_file_and_line(course: Course) -> None:
    edit(solution_of(course), "        return self.a * x", "        return self.a * x + 0.0 * np.sum(self.a)")
    release(Course(course.root))
    assert whole(course) == []
    add(course.root / "README.md", "    return self.a * x + 0.0 * np.sum(self.a)\n")
    assert whole(course)[0] == (
        f"README.md: holds a line of the solution of {UNIT}: 'returnself.a*x+0.0*np.sum(self.a)'"
    )


# --- values that are no arrays ---

DESCRIBE = '''
    def describe(self):
        """How many rows, whether the first entry is positive, both columns' ends, a word."""
        ### BEGIN SOLUTION
        ends = (self.x[0].copy(), [float(self.x[-1, 0])])
        return self.x.shape[0], bool(self.x[0, 0] > 0), ends, f"rows {self.x.shape}"
        ### END SOLUTION
'''
KINDS = ("rows", "first", "ends", "word")


def with_kinds(course: Course, properties: str = "") -> None:
    add(solution_of(course), DESCRIBE)
    add(course.folder(UNIT) / "docstrings.ko.toml", '"Scale.describe" = "행의 수와 첫 값의 부호, 두 열의 끝과 단어"\n')
    names = ", ".join(f'"{kind}"' for kind in KINDS)
    edit(spec_of(course), '"dx", "da")', f'"dx", "da", {names})')
    loop = f"    for name, value in zip(({names}), layer.describe()):\n        yield name, value\n"
    edit(
        spec_of(course), '    yield "da", gradient_of(layer, "a")\n', f'    yield "da", gradient_of(layer, "a")\n{loop}'
    )
    reason = f"unhidden=dict.fromkeys(({names}), 'the same on every input'),\n        "
    edit(spec_of(course), "gradients={", properties + reason + "gradients={")


def test_values_that_are_no_arrays_hold(course: Course) -> None:
    with_kinds(course)
    assert found(course) == []


@pytest.mark.parametrize("kind", KINDS)
def test_trivial_answer_of_any_kind_is_found(course: Course, kind: str) -> None:
    edit(spec_of(course), "normal\n", "normal, Property\n")
    rule = 'Property(lambda actual, expected, inputs: True, {"en": "a", "ko": "b"}, False)'
    with_kinds(course, f"properties={{{kind!r}: {rule}}},\n        ")
    assert any(f"answering zeros everywhere earns 1 points for {kind}@core" in one for one in found(course))


def test_gradient_for_no_array_of_floats_cannot_be_certified(course: Course) -> None:
    in_spec(('"a": normal("D")', '"a": integers("D", low=1, high=5)'), ("drawn, normal", "drawn, integers, normal"))(
        course
    )
    assert any("gradient da was never certified: 'a' is no array of floats" in one for one in found(course))


def test_mistake_shown_by_hidden_runs_only_is_named(course: Course) -> None:
    """``verify`` judges as grading does: hidden runs, fresh public ones, and the models on both."""
    edit(misconceptions(course), 'new = "return dout"', 'new = "return dout if dout[0, 0] > 5 else self.a * dout"')
    assert any("dx_without_a: this misconception gets full marks" in one for one in found(course))


TWICE = """
[[misconception]]
id = "twice"
title = { en = "Everything doubled", ko = "모두 두 배" }
symbol = "Scale"
edits = [
    { old = "return self.a * x", new = "return 2 * self.a * x" },
    { old = "return self.a * dout", new = "return 2 * self.a * dout" },
]
[misconception.hints]
en = ["a", "b", "c"]
ko = ["가", "나", "다"]
"""


def test_misconception_whose_backward_follows_keeps_its_name(course: Course) -> None:
    add(misconceptions(course), TWICE)
    assert found(course) == []


# --- what course.toml names ---


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[folders]", 'units = ["a1_gone"]\n[folders]', "'a1_gone', which has no file graders/exercises/a1_gone.py"),
        (
            "[folders]",
            'compatibility.numpy_names.x = "np.nowhere"\n[folders]',
            "x is 'np.nowhere', which NumPy",
        ),
        ("[folders]", 'compatibility.package_names.x = "np.nowhere"\n[folders]', "package_names.x is 'np.nowhere'"),
    ],
)
def test_name_in_course_toml_that_is_not_there_is_told(course: Course, old: str, new: str, said: str) -> None:
    release(course)
    assert list(verify_course(course)) == []
    edit(course.root / "course.toml", old, new)
    (fault,) = verify_course(Course(course.root))
    assert fault.where == "course.toml"
    assert said in fault.what
    with pytest.raises(CourseError, match=re.escape(said)):
        release(Course(course.root))


@pytest.mark.parametrize(("key", "folder"), [("exercises", "graders/exercises"), ("assignments", "assignments")])
def test_folder_that_is_not_there_is_told(course: Course, key: str, folder: str) -> None:
    release(course)
    (course.root / folder).rename(course.root / "elsewhere")
    (fault,) = verify_course(Course(course.root))
    assert (fault.where, fault.what[:50].startswith(f"the folder {folder}/ of {key}")) == ("course.toml", True)
