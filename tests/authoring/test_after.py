"""What is said after an exercise: its form, its code, what release writes of it, and who can open that."""

from __future__ import annotations

import base64
import lzma
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.authoring.after_lock import build_lock_file, needs_of, seals_of
from graders.authoring.after_texts import After, grafted
from graders.authoring.leaks import leaks
from graders.authoring.release import release, stale
from graders.authoring.verify import verify_unit
from graders.compare.conventions import Convention, Relabelling, conventions_of
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.messages.errors import CourseError
from graders.probe import Trace, observe
from graders.sealing.inputs import sealing_runs
from graders.sealing.lock import Lock, read_lock
from graders.sealing.make import Sealed, seal_of
from graders.sealing.unlock import Runs, opened_by, prepared
from graders.spec import Exercise
from tests.explained_course import AFTER, SECRET_WORDS, explain, with_after
from tests.small_course import UNIT, solution_of

ROOT = Path(__file__).parents[2]
SEALED_UNITS = ("u01_perceptron", "u06_backprop", "u16_gated")


def said(course: Course) -> list[str]:
    return [f"{one.where}: {one.what}" for one in verify_unit(course, UNIT)]


def test_scaffold_with_a_text_verifies(course: Course) -> None:
    assert said(explain(course)) == []


FAULTS = {
    "no block for Scale": ("<!-- after: Scale -->", ""),
    "is no exercise": ("<!-- after: Scale -->", "<!-- after: Scale, Shift -->"),
    "is no exercise of": ("after: Scale -->", "after: Sclae -->"),
    "it lacks **Try.**": ("**Try.**", "**Experiment.**"),
    "more than once": ("**Next.**", "**Try.** **Next.**"),
    "not in the order": ("**Read.** A book", "**Why"),
    "0 blocks of python": ("```python", "```"),
    "does not run": ("class Scale:", "class Scale"),
    "points for Scale": ('"nd,nd->d"', '"nd,nd->n"'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_a_text_is_named(course: Course, fault: str) -> None:
    old, new = FAULTS[fault]
    if fault == "no block for Scale":
        course = explain(course)
        for lang, text in AFTER.items():
            (course.folder(UNIT) / f"after.{lang}.md").write_text(text.replace("Scale -->", "Other -->"))
        fault = "no block for Scale"
    elif fault == "not in the order":
        course = explain(course, "**Try.** Another factor.\n\n**Next.**", "**Next.** **Try.**")
    else:
        course = explain(course, old, new)
    assert [one for one in said(course) if fault in one], said(course)


def test_one_language_alone_is_not_enough(course: Course) -> None:
    explain(course)
    (course.folder(UNIT) / "after.ko.md").unlink()
    assert any("after.ko.md: is absent" in one for one in said(course))
    with pytest.raises(CourseError, match=r"after\.ko\.md"):
        release(course)


# --- what release writes ---


def test_release_writes_the_same_bytes_twice(course: Course) -> None:
    path = with_after(course).assignments / UNIT / "after.json"
    first = path.read_bytes()
    assert release(Course(course.root)) == []
    path.unlink()
    release(Course(course.root))
    assert path.read_bytes() == first
    assert list(stale(Course(course.root))) == []


def test_other_words_and_damage_are_stale(course: Course) -> None:
    path = with_after(course).assignments / UNIT / "after.json"
    text = course.folder(UNIT) / "after.en.md"
    text.write_text(text.read_text(encoding="utf-8").replace("A book", "Two books"), encoding="utf-8")
    assert any("after.json" in one for one in stale(Course(course.root)))
    release(Course(course.root))
    path.write_bytes(path.read_bytes()[:-40])
    assert any("after.json" in one for one in stale(Course(course.root)))


def test_lock_of_other_entries_is_not_stale(course: Course) -> None:
    """Another processor may leave out other entries; what the course's answers open and find there is what counts."""
    path = with_after(course).assignments / UNIT / "after.json"
    found = Course(course.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graders.sealing.quantise.CLEAR", 0.3)
        other = build_lock_file(found, UNIT, Answers(found))
    assert other is not None
    assert other != path.read_bytes()
    path.write_bytes(other)
    assert list(stale(found)) == []


def test_text_that_is_gone_takes_its_lock_along(course: Course) -> None:
    found = with_after(course)
    for lang in AFTER:
        (found.folder(UNIT) / f"after.{lang}.md").unlink()
    release(Course(course.root))
    assert not (found.assignments / UNIT / "after.json").exists()


def test_staff_keep_it_and_open_shows_it(course: Course, tmp_path: Path) -> None:
    found = with_after(course, "staff")
    assert not (found.assignments / UNIT / "after.json").exists()
    edited = (course.root / "course.toml").read_text(encoding="utf-8").replace('"staff"', '"open"')
    (course.root / "course.toml").write_text(edited, encoding="utf-8")
    release(Course(course.root))
    lock = read_lock(found.assignments / UNIT)
    assert lock is not None
    assert lock.text(lock.blocks[0], {}, "en") == AFTER["en"].split("-->\n")[1]


def test_unknown_way_to_open_is_refused(course: Course) -> None:
    explain(course, mode="sometimes")
    with pytest.raises(CourseError, match="sometimes"):
        Course(course.root).manifest  # noqa: B018


# --- nothing of it can be read ---


def unpacked(content: bytes) -> list[bytes]:
    """A file, what is base64 in it, and what either unpacks to."""
    texts = [base64.b64decode(one) for one in re.findall(rb"[A-Za-z0-9+/]{24,}={0,2}", content) if len(one) % 4 == 0]
    found = [content, *texts]
    for one in list(found):
        for unpack in (zlib.decompress, lambda data: zlib.decompress(data, -15), lzma.decompress):
            try:
                found.append(unpack(one))
            except Exception:
                continue
    return found


def test_no_word_of_it_is_in_what_students_get(course: Course, tmp_path: Path) -> None:
    found = with_after(course)
    release(Course(course.root), tmp_path / "bundle")
    files = [path for root in (found.assignments, tmp_path / "bundle") for path in root.rglob("*") if path.is_file()]
    assert sum(path.name == "after.json" for path in files) == 2
    for path in files:
        for part in unpacked(path.read_bytes()):
            for words in (*SECRET_WORDS.values(), "einsum", "one factor per column"):
                assert words.encode() not in part, path
                assert words.encode("unicode_escape") not in part, path


def test_line_of_it_in_a_public_file_is_a_leak(course: Course) -> None:
    found = explain(course)
    line = '        self.da = np.einsum("nd,nd->d", dout, self.x)\n'
    (found.root / "README.md").write_text(line)
    assert [(one.file, one.unit) for one in leaks(found, found.units)] == [("README.md", UNIT)]


# --- who can open it ---


def test_text_without_a_key_of_its_own_opens_with_the_next_that_has_one() -> None:
    strong = Sealed("", 90, seal=object())  # type: ignore[arg-type]
    weak = Sealed("", 9, seal=object())  # type: ignore[arg-type]
    seals = {"a": Sealed("a", 0), "b": strong, "c": weak, "d": Sealed("d", 0)}
    assert {name: needs_of(name, seals) for name in seals} == {"a": ("b",), "b": ("b",), "c": ("c", "b"), "d": ("b",)}
    assert needs_of("a", {"a": weak}) == ()


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(Course(ROOT))


@pytest.fixture(scope="module", params=SEALED_UNITS)
def sealed(request: pytest.FixtureRequest, answers: Answers) -> tuple[str, dict[str, Sealed]]:
    return request.param, seals_of(answers, request.param)


def lock_of(unit: str, seals: dict[str, Sealed]) -> Lock:
    return Lock(unit, {name: one.seal for name, one in seals.items() if one.seal is not None})


def test_no_misconception_opens(answers: Answers, sealed: tuple[str, dict[str, Sealed]]) -> None:
    unit, seals = sealed
    lock, tried = lock_of(unit, seals), 0
    for symbol in lock.seals:
        runs = list(sealing_runs(unit, answers.course.spec(unit).exercise(symbol), lock.seals[symbol].repeats))
        for model in answers.models(unit, symbol):
            if model.kind == "misconception":
                wrong = {run.key: answers.wrong(unit, symbol, model.id, run.inputs) or Trace() for run in runs}
                assert lock.key_of(symbol, wrong) is None, f"{symbol}.{model.id}"
                tried += 1
    assert tried > 30


def test_every_right_variant_and_answer_opens_to_the_same_key(
    answers: Answers, sealed: tuple[str, dict[str, Sealed]]
) -> None:
    unit, seals = sealed
    course, lock = answers.course, lock_of(unit, seals)
    texts = [path.read_text(encoding="utf-8") for path in sorted((course.folder(unit) / "answers").glob("*.py"))]
    right = [vars(course.execute(unit, text)) for text in texts if text.startswith("# right")]
    assert right
    for symbol in lock.seals:
        exercise = course.spec(unit).exercise(symbol)
        paying = {check.group for check in exercise.checks if check.points}
        codes = [one for one in right if {symbol.split(".")[0], *exercise.aliases} & one.keys()]
        for alteration in answers.alterations(unit, symbol):
            groups = alteration.model.groups
            if alteration.model.kind == "variant" and (not groups or paying <= {*groups}):
                codes.append(vars(answers.altered(alteration)))
        for symbols in codes:

            def observed(runs: Runs, exercise: Exercise = exercise, symbols: Any = symbols) -> dict[str, Trace]:
                with np.errstate(all="ignore"):
                    return {key: observe(exercise, symbols, inputs) for key, inputs in runs}

            def relabellings(symbol: str = symbol) -> Sequence[Relabelling]:
                return answers.relabellings(unit, symbol)

            key = opened_by(lock, symbol, prepared(lock, exercise), observed, relabellings)
            assert key == seals[symbol].key, symbol


def test_weights_in_any_order_open(answers: Answers) -> None:
    unit, symbol = "u16_gated", "LSTM.backward"
    exercise, code = answers.course.spec(unit).exercise(symbol), vars(answers.course.reference(unit))
    lock = lock_of(unit, {symbol: seal_of(answers, unit, exercise)})
    conventions = list(conventions_of(answers.relabellings(unit, symbol)))
    assert len(conventions) > 20
    for theirs in (conventions[0], conventions[len(conventions) // 2], conventions[-1]):

        def observed(runs: Runs, theirs: Convention = theirs) -> dict[str, Trace]:
            given = {key: theirs.inputs_to_ours(inputs) for key, inputs in runs}
            return {key: theirs.trace_to_theirs(observe(exercise, code, one)) for key, one in given.items()}

        assert opened_by(lock, symbol, prepared(lock, exercise), observed) is None
        assert opened_by(lock, symbol, prepared(lock, exercise), observed, lambda: answers.relabellings(unit, symbol))


def test_stub_opens_nothing(course: Course) -> None:
    found = with_after(course)
    lock = read_lock(found.assignments / UNIT)
    assert lock is not None
    exercise = found.spec(UNIT).exercise("Scale")
    stub = found.execute(UNIT, (found.assignments / UNIT / f"{UNIT}.py").read_text(encoding="utf-8"))
    traces = {key: observe(exercise, vars(stub), inputs) for key, inputs in prepared(lock, exercise)}
    assert lock.key_of("Scale", traces) is None


def test_sealing_inputs_are_those_of_nothing_else(answers: Answers) -> None:
    exercise = answers.course.spec("u06_backprop").exercise("Affine")
    public = [one.inputs["x"] for one in answers.public("u06_backprop", "Affine")]
    runs = list(sealing_runs("u06_backprop", exercise, 2))
    assert len({run.key for run in runs}) == len(runs)
    drawn = [run.inputs["x"] for run in runs]
    assert not any(np.array_equal(one, two) for one in drawn for two in public)


# --- code in place of the solution's ---


def test_class_of_methods_gives_its_methods_only() -> None:
    method = "    def {}(self):\n        return {}\n"
    source = "class A:\n" + method.format("f", 1) + "\n" + method.format("g", 2) + "\n\ndef h():\n    return 3\n"
    code = "import math\n\n\nclass A:\n" + method.format("f", "self.k()") + "\n" + method.format("k", 10)
    names: dict[str, object] = {}
    exec(grafted(source, After(("A.f",), "", (code,))), names)
    a = names["A"]()  # type: ignore[operator]
    assert (a.f(), a.g(), names["h"]()) == (10, 2, 3)  # type: ignore[operator]


def test_small_course_solution_is_replaced_whole(course: Course) -> None:
    source = solution_of(course).read_text(encoding="utf-8")
    code = "class Scale:\n    pass\n"
    assert grafted(source, After(("Scale",), "", (code,))).count("class Scale") == 1
    assert "def forward" not in grafted(source, After(("Scale",), "", (code,)))


def test_built_lock_needs_a_unit_that_can_seal(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    found = explain(course)
    weak = {"Scale": Sealed("Scale", 0)}
    monkeypatch.setattr("graders.authoring.after_lock.seals_of", lambda *_: weak)
    assert build_lock_file(found, UNIT, Answers(found)) is None
