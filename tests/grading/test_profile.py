"""What a course is compatible with holds in ``check``, in ``grade`` and in a notebook, and in no other course."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.authoring.release import release
from graders.courses.course import Course, execute_source
from graders.grading.grader import grade_submission
from graders.grading.intake import read_with_flags
from graders.grading.oracle import Answers
from graders.grading.setup import Setup
from graders.practice.file import check_file
from graders.practice.unit import Practice
from graders.reports.report import Report
from graders.sandbox.local import Local
from graders.submission import find_submissions, load_submission
from tests.small_course import OTHER, SECRET, UNIT, edit, lay_course, right, spec_of

BOOKS = """
[compatibility]
packages = ["common"]
package_names = { GPU = false, to_cpu = "np.asarray" }
numpy_names = { product = "np.prod", int = "int" }
spellings = [["a", "factor"]]
"""
ELSEWHERE = """
[compatibility]
packages = ["cs999"]
numpy_names = { cumproduct = "np.cumprod" }
spellings = [["a", "slope"], ["b", "factor"]]
"""
HELPER = "import numpy as np\n\ndef sums(d):\n    return np.sum(d, axis=0)\n"


def lay(root: Path, profile: str) -> Course:
    """A course of one unit whose probe hands ``a`` over by name."""
    course = lay_course(root, UNIT, OTHER)
    edit(spec_of(course), "construct(student.Scale, a)", "construct(student.Scale, a=a)")
    manifest = root / "course.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + profile, encoding="utf-8")
    course = Course(root)
    release(course)
    return course


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    place = tmp_path_factory.mktemp("courses")
    return {name: lay(place / name, text) for name, text in (("books", BOOKS), ("elsewhere", ELSEWHERE), ("plain", ""))}


def told(report: Report) -> tuple[str, float | None, set[str]]:
    (one,) = [exercise for exercise in report.exercises if exercise.unit == UNIT]
    return one.verdict, one.score, {note.id for note in one.notes}


def both(course: Course, folder: Path) -> list[tuple[str, float | None, set[str]]]:
    """What ``check`` and ``grade`` say of the unit."""
    setup = Setup(course, Local(), SECRET, Answers(course))
    path = folder / f"{UNIT}.py"
    checked = check_file(setup.backend, path, course=course.root)
    return [told(checked), told(grade_submission(setup, path))]


NUMPY = "import numpy as np"
EDITS = {
    "the package of the books": (
        "import numpy as np",
        "import numpy as np\nfrom common.layers import *",
        "note.common",
    ),
    "a package of elsewhere": (NUMPY, f"{NUMPY}\nfrom cs999.layers import *", "note.common"),
    "an old name": ("dout * self.x", "dout * self.x * np.product(1)", "note.shim"),
    "another old name": ("dout * self.x", "dout * self.x * np.cumproduct([1])", "note.shim"),
    "a spelling": ("(self, a):", "(self, factor):\n        a = factor", ""),
    "another spelling": ("(self, a):", "(self, slope):\n        a = slope", ""),
}
PASSING = {"books": {0, 2, 4}, "elsewhere": {1, 3, 5}, "plain": set[int]()}


@pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS.keys())
@pytest.mark.parametrize("name", PASSING)
def test_old_code_passes_where_its_course_says_so(
    courses: dict[str, Course], tmp_path: Path, name: str, edited: tuple[str, str, str]
) -> None:
    course, (old, new, note) = courses[name], edited
    text = right(course).replace(old, new, 1)
    if note == "note.common":  # what the package holds is found in the student's other unit
        text = text.replace("da.sum(axis=0)", "sums(da)")
        (tmp_path / f"{OTHER}.py").write_text(HELPER, encoding="utf-8")
    (tmp_path / f"{UNIT}.py").write_text(text, encoding="utf-8")
    checked, graded = both(course, tmp_path)
    passes = list(EDITS.values()).index(edited) in PASSING[name]
    assert checked == graded
    assert (checked[0] == "pass") == passes
    assert (note in checked[2]) == (passes and bool(note))


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("key", ["an old name", "another old name", "a spelling", "another spelling"])
def test_notebook_says_of_old_code_what_check_says(
    courses: dict[str, Course], tmp_path: Path, name: str, key: str
) -> None:
    course, (old, new, _) = courses[name], EDITS[key]
    text = right(course).replace(old, new, 1)
    (tmp_path / f"{UNIT}.py").write_text(text, encoding="utf-8")
    module = execute_source(UNIT, text, "student.py", course.reference)
    report = Practice.find(course.root, UNIT, course.root).check("Scale", vars(module))
    assert (report.verdict, report.score, {note.id for note in report.notes}) == both(course, tmp_path)[0]


def test_names_of_a_package_are_those_that_the_course_offers(courses: dict[str, Course], tmp_path: Path) -> None:
    text = right(courses["books"]).replace(
        "import numpy as np", "from common.config import GPU, to_cpu\nimport numpy as np"
    )
    text = text.replace("return self.a * x", "return to_cpu(self.a * x) if GPU is False else None")
    (tmp_path / f"{UNIT}.py").write_text(text, encoding="utf-8")
    assert [one[0] for one in both(courses["books"], tmp_path)] == ["pass", "pass"]
    assert [one[0] for one in both(courses["plain"], tmp_path)] == ["fail", "fail"]


def test_reading_and_policy_know_the_packages_of_the_course(courses: dict[str, Course], tmp_path: Path) -> None:
    files = {f"kim/{UNIT}.py": "from common.layers import x\n", f"kim/{OTHER}.py": "x = 1\n"}
    files |= {"common/layers.py": "x = 1\n", f"lee/{UNIT}.py": "import numpy as np\nnp.int = int\n"}
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    for name, people, sources, rules in (
        ("books", ["kim", "lee"], {UNIT, OTHER}, []),
        ("plain", ["common", "kim", "lee"], {UNIT}, ["import", "patch"]),
    ):
        course = courses[name]
        packages = course.compatibility.packages
        assert [student for student, _ in find_submissions(tmp_path, course.units, packages)] == people
        kim = tmp_path / "kim" / f"{UNIT}.py"
        assert set(load_submission(kim, units=course.units, packages=packages).sources) == sources
        flags = [
            flag.params["rule"]
            for student in ("kim", "lee")
            for flag in read_with_flags(
                tmp_path / student, lambda unit: (), units=course.units, compatibility=course.compatibility
            )[1]
        ]
        assert flags == rules


def test_reports_of_courses_with_other_profiles_have_other_versions(courses: dict[str, Course]) -> None:
    assert len({course.version for course in courses.values()}) == 3


def test_bundle_takes_the_profile_along(courses: dict[str, Course], tmp_path: Path) -> None:
    release(courses["books"], tmp_path / "bundle")
    assert Course(tmp_path / "bundle").manifest.profile == courses["books"].manifest.profile
