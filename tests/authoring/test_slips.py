"""What ``verify`` tells an author who makes a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.authoring.expectations import Claim, claims_of
from graders.authoring.release import release, stale
from graders.authoring.verify import verify_unit, verify_whole
from graders.courses.course import Course
from tests.small_course import UNIT, edit


@pytest.fixture
def root(course: Course) -> Path:
    return course.root


def findings(root: Path) -> str:
    course = Course(root)
    return "\n".join(map(str, [*verify_unit(course, UNIT), *verify_whole(course, (UNIT,))]))


def spec(root: Path) -> Path:
    return root / "graders" / "exercises" / f"{UNIT}.py"


def reference(root: Path, name: str) -> Path:
    return root / "reference" / UNIT / name


def test_dimension_not_in_dims_is_named_with_case_and_input(root: Path) -> None:
    edit(spec(root), '"dout": normal("N", "D")', '"dout": normal("N", "M")')
    assert "Case 'random' cannot draw 'dout': there is no dimension 'M' in dims (N=7, D=3)." in findings(root)


def test_output_when_yielded_and_not_listed_then_it_is_found(root: Path) -> None:
    edit(spec(root), 'outputs=("out", "dx", "da")', 'outputs=("out", "dx")')
    edit(spec(root), '            "da": Gradient(of="out", wrt="a", upstream="dout"),\n', "")
    assert "the probe yields ['da'] in random#0, which outputs does not list" in findings(root)


def test_gradient_of_what_is_not_there_is_named(root: Path) -> None:
    edit(spec(root), 'of="out", wrt="x"', 'of="outt", wrt="xx"')
    assert "gradient dx was never certified: 'outt' is no output; 'xx' is no input" in findings(root)


def test_solution_when_the_symbol_is_absent_then_that_is_said(root: Path) -> None:
    edit(reference(root, "solution.py"), "class Scale", "class Skale")
    assert "The reference of Scale does not define Scale, which case 'random' needs." in findings(root)


def test_solution_that_is_no_python_is_no_fault_of_ours(root: Path) -> None:
    edit(reference(root, "solution.py"), "class Scale:", "class Scale")
    found = findings(root)
    assert "solution.py does not run: SyntaxError: expected ':'" in found
    assert "assignments: cannot be made yet" in found


def test_stub_when_given_code_calls_the_answer_then_it_is_found(root: Path) -> None:
    path = reference(root, "solution.py")
    path.write_text(path.read_text(encoding="utf-8") + "\n\nONE = Scale(np.ones(1)).forward(np.ones((1, 1)))\n")
    assert "the stub does not run as it is given to students: NotImplementedError" in findings(root)


def test_edit_when_it_leaves_no_python_then_the_edit_is_named(root: Path) -> None:
    edit(reference(root, "misconceptions.toml"), 'new = "da.mean(axis=0)"', 'new = "da.mean(axis=0"')
    assert f"{UNIT}.Scale.da_averaged: with 'da.mean(axis=0' for 'da.sum(axis=0)', line" in findings(root)


def test_misconception_of_no_symbol_lists_the_exercises(root: Path) -> None:
    path = reference(root, "misconceptions.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('"Scale.backward"', '"Skale.backward"'), encoding="utf-8")
    assert f"symbol 'Skale.backward' belongs to no exercise of {UNIT}, which has Scale." in findings(root)


def test_misconceptions_with_the_same_numbers_name_each_other(root: Path) -> None:
    path = reference(root, "misconceptions.toml")
    entry = path.read_text(encoding="utf-8").split("\n\n")[0]
    twin = entry.replace("da_averaged", "da_divided").replace("da.mean(axis=0)", "da.sum(axis=0) / len(da)")
    twin = twin.replace('title = { en = "', 'title = { en = "Again: ')
    path.write_text(path.read_text(encoding="utf-8") + "\n" + twin + "\n", encoding="utf-8")
    found = findings(root)
    assert "da_averaged: it is diagnosed as relation.too_small_batch instead of its own name" in found
    assert "; da_divided gives the same numbers: add a case" in found


def test_misconception_that_divides_by_zero_does_not_warn(root: Path) -> None:
    edit(reference(root, "misconceptions.toml"), 'new = "return dout"', 'new = "return dout / np.zeros(1)"')
    release(Course(root), None, (UNIT,))
    assert findings(root) == ""  # a warning would be an error here


def test_many_changed_arrays_are_one_line(root: Path) -> None:
    release(Course(root), None, (UNIT,))
    edit(spec(root), '"N": 7', '"N": 13')
    found = [line for line in stale(Course(root), (UNIT,)) if "expected values are not what" in line]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("import numpy\n", "claims nothing; begin it with '# right'"),
        ("# Skale: fail da_averaged\n", "claims something of 'Skale', which is no exercise; there are Scale"),
        ("# Scale: fial da_averaged\n", "claims the verdict 'fial' of Scale, expected one of broken,"),
    ],
)
def test_claim_that_would_protect_nobody_is_found(root: Path, text: str, complaint: str) -> None:
    folder = root / "reference" / UNIT / "answers"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(text)
    assert f"reference/{UNIT}/answers/one.py: {complaint}" in findings(root)


def test_failed_claim_tells_verdict_and_sentence(root: Path) -> None:
    folder = root / "reference" / UNIT / "answers"
    folder.mkdir(parents=True)
    wrong = reference(root, "solution.py").read_text(encoding="utf-8").replace("da.sum(axis=0)", "da.mean(axis=0)")
    (folder / "one.py").write_text("# right\n" + wrong)
    (folder / "two.py").write_text("# Scale: fail dx_without_a\n" + wrong)
    found = findings(root)
    assert "one.py: Scale gets fail, expected pass: ['da@core fail: da" in found
    assert "two.py: Scale is diagnosed as da_averaged, expected dx_without_a" in found


def test_comments_among_claims_are_passed_over() -> None:
    text = '# Written by a student.\n# Scale: fail da_averaged\n# right: two loops\n"""No claim."""\n# Scale: pass\n'
    assert claims_of(text, ("Scale",)) == ([Claim("Scale", "fail", "da_averaged"), Claim("", "pass")], [])
