"""Mutants of right answers: holes in a small course are found, closed and declared, and nothing is tried twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from graders.authoring import mutation_score, mutation_trial
from graders.authoring.course_table import course_table
from graders.authoring.harness import Bank
from graders.authoring.mutation_score import complaints, scores, try_again, unfresh
from graders.authoring.mutation_trial import Trial, try_exercise
from graders.authoring.verify import verify_unit
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.messages.errors import CourseError
from graders.mutation.source import Mutant
from tests.small_course import UNIT, edit, solution_of, spec_of

ONCE = '    yield "out", layer.forward(x)\n'
TWICE = "    layer.forward(2 * x)\n    layer.backward(dout)\n" + ONCE
HOLE = "update for =: self.da = da.sum(axis=0) → self.da += da.sum(axis=0)"
ENTRY = """# Written by hand.
[[equivalent]]
symbol = "Scale.backward"
line = "self.da = da.sum(axis=0)"
edits = ["update for =: …"]
reason = "A layer is used once in this unit."
"""
VARIANT = """
[[variant]]
id = "doubled"
symbol = "Scale.forward"
edits = [{ old = "return self.a * x", new = "return 2 * self.a * x" }]
[variant.note]
en = "As well."
ko = "이것도 맞습니다."
"""


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exercises that have been tried; in this process, without a pool."""
    tried: list[str] = []

    class Pool:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, work: Callable[..., object], root: Path, unit: str, symbol: str) -> Future[object]:
            tried.append(symbol)
            done: Future[object] = Future()
            done.set_result(work(root, unit, symbol))
            return done

    monkeypatch.setattr(mutation_score, "processes", Pool)
    return tried


def count(course: Course) -> None:
    fresh = Course(course.root)
    try_again(fresh, {(UNIT, symbol): digest for symbol, digest in unfresh(fresh, UNIT).items()}, 1, lambda _: None)


def said(course: Course) -> list[str]:
    return [what for _, what in complaints(Course(course.root), UNIT)]


def declare(course: Course, text: str = ENTRY) -> Path:
    path = course.folder(UNIT) / "mutants.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mutant_that_keeps_all_points_is_a_hole_until_a_case_shows_it(course: Course) -> None:
    tried, survivors = try_exercise(course.root, UNIT, "Scale")
    assert [one.edit for one in survivors] == [HOLE]
    assert str(survivors[0]) == f"Scale.backward, line 25: self.da = da.sum(axis=0)\n    {HOLE}"
    edit(spec_of(course), ONCE, TWICE)
    assert try_exercise(course.root, UNIT, "Scale") == (tried, ())


def test_what_students_are_given_is_left_alone(course: Course) -> None:
    edit(solution_of(course), "self.da = np.zeros_like(a)", "self.da = 3 * np.zeros_like(a)")
    tried, _ = try_exercise(course.root, UNIT, "Scale")
    assert tried == 59  # as without it: the stub shows this line


def test_a_variant_is_held_against_its_own_numbers(course: Course) -> None:
    plain, _ = try_exercise(course.root, UNIT, "Scale")
    (course.folder(UNIT) / "variants.toml").write_text(VARIANT, encoding="utf-8")
    tried, survivors = try_exercise(course.root, UNIT, "Scale")
    assert tried > plain  # what is new in the variant, and the rest not twice
    assert [one.edit for one in survivors] == [HOLE]  # to drop its 2 gives the solution's numbers, and is no hole


def test_the_size_of_an_accepted_eps_is_left_alone(course: Course) -> None:
    family = VARIANT.replace("2 * self.a * x", "self.a * x + {value}")
    family = family.replace('symbol = "Scale.f', 'eps = true\nvalues = ["1e-12", "1e-13"]\nsymbol = "Scale.f')
    (course.folder(UNIT) / "variants.toml").write_text(family, encoding="utf-8")
    _, survivors = try_exercise(course.root, UNIT, "Scale")
    assert [one.edit for one in survivors] == [HOLE]


def test_a_solution_that_loses_points_has_no_score(course: Course) -> None:
    edit(spec_of(course), 'yield "out", layer.forward(x)', 'yield "out", layer.forward(x) * np.random.rand()')
    edit(spec_of(course), "from graders.probe", "import numpy as np\n\nfrom graders.probe")
    with pytest.raises(CourseError, match="loses points"):
        try_exercise(course.root, UNIT, "Scale")


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n            self.x = x",
        "np.zeros(1 << 29)\n        return self.a * x",  # right, but for its 4 GB
        "raise SystemExit(0)",
        "return self.forward(x)",
        "np.absent",
    ],
)
def test_a_mutant_without_end_or_bounds_loses_its_points(
    course: Course, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(mutation_trial, "SECONDS", 0.2)
    text = course.solution(UNIT)
    bank = Bank.build(Answers(course), UNIT, course.spec(UNIT).exercise("Scale"))
    trial = Trial(course, bank, text)
    mutated = text.replace("return self.a * x\n", body + "\n")
    assert trial.is_right(bank.runs)
    assert trial.passes(Mutant("", 1, "", "", "Scale", "Scale", mutated), bank.runs) is False
    assert trial.passes(Mutant("", 1, "", "", "Scale", "Scale", "def f(:"), bank.runs) is None
    assert trial.is_right(bank.runs)  # and the limits are gone


def test_a_unit_never_counted_is_no_complaint(course: Course) -> None:
    assert said(course) == []
    assert "| `Scale` | 3 | 3 | 2 | 0 | – | – | – |" in course_table(course, course.units)


def test_what_has_not_changed_is_not_tried_again(course: Course, untried: list[str]) -> None:
    count(course)
    count(course)
    edit(solution_of(course), "### BEGIN SOLUTION\n        self.x = x", "### BEGIN SOLUTION\n        self.x = x + 0")
    count(course)
    edit(spec_of(course), 'title={"en": "Scale every column"', 'title={"en": "Scale each column"')
    count(course)
    assert untried == ["Scale", "Scale"]
    assert list(unfresh(course, UNIT)) == []
    assert list(unfresh(course, UNIT, again=True)) == ["Scale"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('"N": 7', '"N": 11'), ('layer.backward(dout)', 'layer.backward(2 * dout)'), ('"x": normal', '"x": normal')],
)  # fmt: skip
def test_counts_are_stale_once_cases_or_probe_change(course: Course, untried: list[str], old: str, new: str) -> None:
    count(course)
    edit(spec_of(course), old, new)
    assert any("run 'deepgrade mutants --unit" in what for what in said(course)) == (old != new)


def test_verify_complains_of_holes_until_they_are_closed_or_declared(course: Course, untried: list[str]) -> None:
    count(course)
    kept = (course.folder(UNIT) / "mutants.json").read_bytes()
    assert [str(one) for one in verify_unit(course, UNIT)] == [
        f"{UNIT}.Scale: 1 of 59 mutants keep all points: 98.3% lose some, expected 99%; "
        f"'deepgrade mutants --unit {UNIT}' lists them"
    ]
    path = declare(course)
    assert said(course) == []
    assert (scores(course, UNIT)["Scale"].equivalent, scores(course, UNIT)["Scale"].score) == (1, 1.0)
    count(course)
    assert untried == ["Scale"]  # to declare something costs nothing
    assert ((course.folder(UNIT) / "mutants.json").read_bytes(), path.read_text(encoding="utf-8")) == (kept, ENTRY)
    assert "| `Scale` | 3 | 3 | 2 | 0 | 59 | 1 | 100 % |" in course_table(course, course.units)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("update for =: …", "axis: …"),
        ("da.sum(axis=0)", "da.sum(axis=1)"),
        ('symbol = "Scale.backward"', 'symbol = ["Scale.backward", "Scale.forward"]'),
        ('edits = ["update for =: …"]', 'edits = ["update for =: …", "axis: 0 → 1"]'),
    ],
)
def test_an_entry_about_nothing_is_a_complaint(course: Course, untried: list[str], old: str, new: str) -> None:
    count(course)
    declare(course, ENTRY.replace(old, new))
    assert any("an entry is about no mutant that survives" in what for what in said(course))


@pytest.mark.parametrize(
    "text", ["[[equivalent]]\nsymbol = 3", ENTRY.replace("A layer is used once in this unit.", " ")]
)
def test_a_damaged_file_is_named(course: Course, untried: list[str], text: str) -> None:
    count(course)
    declare(course, text)
    assert any("mutants.toml is damaged" in str(one) for one in verify_unit(course, UNIT))
    declare(course)
    (course.folder(UNIT) / "mutants.json").write_text(json.dumps({"exercises": {"Scale": 1}}))
    assert any("mutants.json is damaged" in str(one) for one in verify_unit(course, UNIT))


def test_where_the_cases_are_the_whole_domain_all_that_passes_is_right(course: Course, untried: list[str]) -> None:
    whole = 'unhidden=dict.fromkeys(("out", "dx", "da"), "all there is"),'
    edit(spec_of(course), "        gradients={", f"        {whole}\n        gradients={{")
    count(course)
    assert scores(course, UNIT)["Scale"].score == 1.0
    assert said(course) == []
