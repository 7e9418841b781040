"""What a course's documents hold: each entry names an exercise that is there, a public case, or a reason."""

from __future__ import annotations

import pytest

from graders.authoring.course_table import course_table
from graders.authoring.coverage import Entry, load_coverage
from graders.authoring.verify import verify_course
from graders.courses.course import Course
from graders.messages.errors import CourseError
from tests.small_course import OTHER, UNIT, edit, spec_of

DOCUMENTS = '[documents]\nS1 = "Slides | of a course"\n'
ENTRY = f'[[S1]]\nplace = "3: Scaling"\nwhat = "out = a·x"\nexercise = "{UNIT}.Scale"\n'


def lay(course: Course, *entries: str, documents: str = DOCUMENTS) -> Course:
    text = documents + "".join(entries)
    (course.references / "coverage.toml").write_text(text, encoding="utf-8")
    return Course(course.root)


def faults(course: Course) -> list[str]:
    return [one.what for one in verify_course(course)]


def cited(course: Course, source: str) -> None:
    """A public case with the numbers of a document."""
    literal = """literal(
                "(1, 3)",
                {"x": np.array([[1.0, 2.0, 4.0]]), "a": np.array([2.0, 0.5, 1.0]), "dout": np.ones((1, 3))},
                source="SOURCE",
            ),
            drawn("""
    path = spec_of(course)
    text = path.read_text(encoding="utf-8").replace("drawn(", literal.replace("SOURCE", source), 1)
    text = text.replace("from graders.spec import", "import numpy as np\nfrom graders.spec import literal,", 1)
    path.write_text(text, encoding="utf-8")
    assert Course(course.root).spec(UNIT).exercises


def test_a_course_without_the_file_has_nothing_to_cover(course: Course) -> None:
    assert load_coverage(course) is None
    assert faults(course) == []
    assert "documents" not in course_table(course, course.units)


def test_an_entry_with_an_exercise_or_a_reason_or_what_is_open_holds(course: Course) -> None:
    reason = '[[S1]]\nplace = "9"\nwhat = "a photograph"\nreason = "history"\n'
    gap = '[[S1]]\nplace = "12"\nwhat = "a table"\nopen = "a case"\n'
    found = load_coverage(lay(course, ENTRY, reason, gap))
    assert found is not None
    assert found.entries["S1"] == (
        Entry("3: Scaling", "out = a·x", (f"{UNIT}.Scale",)),
        Entry("9", "a photograph", reason="history"),
        Entry("12", "a table", open="a case"),
    )
    assert faults(Course(course.root)) == []


def test_an_exercise_that_is_not_in_its_unit_is_named(course: Course) -> None:
    lay(course, ENTRY.replace(".Scale", ".Skale"))
    assert faults(Course(course.root)) == [
        f"S1, 3: Scaling: exercise names '{UNIT}.Skale', and {UNIT} has no such exercise"
    ]


def test_a_unit_to_come_is_taken_at_its_word_until_it_is_there(course: Course) -> None:
    lay(course, ENTRY.replace(f'"{UNIT}.Scale"', f'["{UNIT}.Scale", "{OTHER}.Later"]'))
    assert faults(Course(course.root)) == []
    spec_of(course, OTHER).write_text(spec_of(course).read_text(encoding="utf-8"), encoding="utf-8")
    (fault,) = faults(Course(course.root))
    assert f"{OTHER} has no such exercise" in fault


@pytest.mark.parametrize(
    ("more", "said"),
    [("", "none of exercise, reason, open"), ('reason = "r"\nopen = "o"\n', "more than one of exercise, reason, open")],
)
def test_an_entry_has_one_of_exercise_reason_and_open(course: Course, more: str, said: str) -> None:
    (fault,) = faults(lay(course, '[[S1]]\nplace = "3"\nwhat = "a table"\n' + more))
    assert said in fault


@pytest.mark.parametrize(("source", "held"), [("S1, scaling", True), ("S12, scaling", False), ("", False)])
def test_an_example_needs_a_public_case_that_cites_the_document(course: Course, source: str, held: bool) -> None:
    cited(course, source)
    found = faults(lay(course, ENTRY + "example = true\n"))
    assert found == [] if held else "no public case" in found[0]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (ENTRY + "exmaple = true\n", "entry 1 of S1 (3: Scaling): it has exmaple"),
        (ENTRY.replace('"3: Scaling"', "3"), "place is 3, expected a text"),
        (ENTRY.replace(f"{UNIT}.Scale", "Scale"), "expected 'unit.symbol' or a list of such names"),
        (ENTRY.replace(f'"{UNIT}.Scale"', "5"), "exercise is 5, expected 'unit.symbol'"),
        (ENTRY.replace(f'"{UNIT}.Scale"', "[]"), "exercise is [], expected 'unit.symbol'"),
        (ENTRY.replace("[[S1]]", "[[S2]]"), "entries of S2, which [documents] does not name"),
        (ENTRY.replace("[[S1]]", "[S1]"), "begin each entry with [[S1]]"),
        ('[[S1]]\nplace = "3"\nwhat = "w"\nreason = "r"\nexample = true\n', "beside an exercise"),
        ("[[S1]\n", "cannot be read"),
    ],
)
def test_a_file_of_another_form_is_refused_in_one_sentence(course: Course, entry: str, said: str) -> None:
    lay(course, entry)
    (fault,) = faults(course)
    assert said in fault
    with pytest.raises(CourseError):
        course_table(course, course.units)


def test_a_file_without_documents_is_refused(course: Course) -> None:
    (fault,) = faults(lay(course, documents=""))
    assert "documents is None" in fault


def test_a_unit_that_cannot_be_loaded_hides_no_other_fault(course: Course) -> None:
    edit(spec_of(course), "EXERCISES = (", "EXERCISES = nothing, (")
    (fault,) = faults(lay(course, ENTRY, '[[S1]]\nplace = "9"\nwhat = "a table"\n'))
    assert fault.startswith("S1, 9: it has none of")


def test_the_table_counts_and_shows_every_entry_of_the_whole_course(course: Course) -> None:
    cited(course, "S1, scaling")
    later = ENTRY.replace("3: Scaling", "5").replace(f"{UNIT}.Scale", "u77_later.Sum") + 'note = "It is a sum."\n'
    gap = '[[S1]]\nplace = "12"\nwhat = "a table"\nopen = "a case"\n'
    whole = lay(course, ENTRY, "example = true\n", later, gap)
    shown = course_table(whole, whole.units)
    assert "| S1: Slides \\| of a course | 3 | 2 | 1 | 0 | 1 |" in shown
    assert f"| 3: Scaling | out = a·x | {UNIT}: `Scale`; numbers |  |" in shown
    assert "| 5 | out = a·x | u77_later (to come): `Sum` | It is a sum. |" in shown
    assert "| 12 | a table | **open**: a case |  |" in shown
    assert "documents" not in course_table(whole, ())
