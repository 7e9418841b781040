"""Expected files: what practice reads is what the reference answered, and changes are seen at 1e-12."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from graders.compare.sketches import Sketches, sketch
from graders.courses.course import Course
from graders.grading.oracle import Answers, Lazy, public_draws, run_key
from graders.messages.errors import BrokenError, CourseError
from graders.practice.expected import Expected, build_expected, differences, load_expected
from graders.practice.sketch_table import SketchTable, packed
from graders.probe import Crash, Trace
from tests.small_course import UNIT, edit, solution_of, spec_of


def folder(course: Course) -> Path:
    return course.root / "assignments" / UNIT


def read(course: Course) -> Expected:
    return load_expected(folder(course), course.spec(UNIT).exercises)


def change(course: Course, how: Callable[[dict[str, Any]], object]) -> None:
    path = folder(course) / "expected.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    how(data)
    path.write_text(json.dumps(data), encoding="utf-8")


# --- there and back ---


def test_expected_is_what_the_reference_answered(course: Course) -> None:
    kept, made = read(course).runs["Scale"], Answers(course).public(UNIT, "Scale")
    assert len(kept) == len(made) == 2
    for one, two in zip(kept, made, strict=True):
        assert (one.case.name, one.draw) == (two.case.name, two.draw)
        assert all(np.array_equal(one.inputs[name], two.inputs[name]) for name in two.inputs)
        assert all(np.array_equal(one.trace.outputs[name], two.trace.outputs[name]) for name in two.trace.outputs)
        assert list(one.trace.outputs) == ["out", "dx", "da"]


def test_expected_when_read_back_then_models_are_whole(course: Course) -> None:
    assert read(course).models["Scale"] == Answers(course).models(UNIT, "Scale")


def test_expected_recognises_each_model_by_its_sketch(course: Course) -> None:
    kept, made = read(course).runs["Scale"], Answers(course).public(UNIT, "Scale")
    for one, two in zip(kept, made, strict=True):
        assert all(one.sketches[model].agrees(two.sketches[model], "da", 1e-9) for model in two.sketches)


def test_every_kind_of_value_comes_back(course: Course) -> None:
    extra = '"x": normal("N", "D"), "n": fixed(3), "p": fixed(0.1), "s": fixed("mean"), "l": fixed([1, (2.5, None)]), '
    edit(spec_of(course), '"x": normal("N", "D"), ', extra)
    edit(spec_of(course), "drawn, normal", "drawn, fixed, normal")
    edit(spec_of(course), "def Scale(student, x, a, dout):", "def Scale(student, x, a, dout, n, p, s, l):")
    made = build_expected(course, UNIT, Answers(course))
    (folder(course) / "expected.json").write_text(made[0], encoding="utf-8")
    (folder(course) / "expected.safetensors").write_bytes(made[1])
    inputs = read(course).runs["Scale"][0].inputs
    assert (inputs["n"], inputs["p"], inputs["s"], inputs["l"]) == (3, 0.1, "mean", [1, (2.5, None)])


def test_expected_built_twice_is_the_same_to_the_byte(course: Course) -> None:
    assert build_expected(course, UNIT, Answers(course)) == build_expected(course, UNIT, Answers(course))


def test_expected_when_built_then_no_hidden_input_is_in_it(course: Course) -> None:
    (random,) = (case for case in course.spec(UNIT).exercise("Scale").cases if case.hidden)
    names = [(case.name, draw) for case, draw, _ in public_draws(UNIT, course.spec(UNIT).exercise("Scale"))]
    assert names == [("random", 0), ("random", 1)] == [(run.case.name, run.draw) for run in read(course).runs["Scale"]]
    assert len(random.dims) == 2


def test_reference_that_raises_names_exercise_and_case(course: Course) -> None:
    edit(solution_of(course), "return self.a * dout", "raise ValueError('no luck')")
    with pytest.raises(BrokenError, match=rf"The reference of {UNIT}\.Scale raises ValueError.*no luck.*case 'random'"):
        build_expected(course, UNIT, Answers(course))


# --- versions that do not fit ---


def test_other_schema_names_both_versions(course: Course) -> None:
    change(course, lambda data: data.update(schema=99))
    with pytest.raises(
        CourseError, match=r"expected\.json has schema 99, but this version of deepgrade reads 3\. Get the course's"
    ):
        read(course)


def test_expected_when_a_case_is_unknown_then_it_is_named(course: Course) -> None:
    change(course, lambda data: data["exercises"]["Scale"]["runs"][0].update(case="future"))
    with pytest.raises(CourseError, match=r"expected values of Scale name a case 'future'.*in the same version"):
        read(course)


def test_unknown_exercise_is_left_out(course: Course) -> None:
    change(course, lambda data: data["exercises"].update(Future=data["exercises"]["Scale"]))
    assert set(read(course).runs) == {"Scale"}


def test_expected_when_an_exercise_is_lacking_then_it_is_named(course: Course) -> None:
    change(course, lambda data: data["exercises"].pop("Scale"))
    with pytest.raises(CourseError, match=r"expected\.json has no values for Scale.*in the same version"):
        read(course)


def test_expected_of_a_version_with_sketches_in_its_text_is_refused(course: Course) -> None:
    def as_it_was(data: dict[str, Any]) -> None:
        data["schema"] = 2
        del data["exercises"]["Scale"]["sketched"]

    change(course, as_it_was)
    with pytest.raises(
        CourseError, match=r"has schema 2, but this version of deepgrade reads 3\. Get the course's files and deepgrade"
    ):
        read(course)


@pytest.mark.parametrize("part", ["numbers", "kinds", "places"])
def test_expected_with_a_damaged_table_of_sketches_is_refused(course: Course, part: str) -> None:
    path = folder(course) / "expected.safetensors"
    tensors = load(path.read_bytes())
    name = f"Scale/random#0/{part}"
    for other in (tensors[name][:-1], tensors[name] + np.asarray(100, tensors[name].dtype), None):
        if part == "numbers" and other is not None and len(other) == len(tensors[name]):
            continue  # any numbers may be a sketch's
        changed = {key: array for key, array in tensors.items() if key != name}
        path.write_bytes(save(changed if other is None else {**changed, name: other.copy()}))
        with pytest.raises(CourseError, match=r"expected\.json cannot be read"):
            read(course)


def test_sketches_that_come_back_from_a_table_are_those_that_went_in() -> None:
    values = {
        "a": np.arange(6.0) / 7,
        "n": 3,
        "s": "text",
        "l": [1.5, None],
        "z": np.zeros(0),
        "h": np.array([np.nan, 1]),
    }
    whole, crashed = sketch(Trace(values)), sketch(Trace({"a": values["a"] * 2}, Crash("KeyError", "'x'")))
    near = sketch(Trace({**values, "a": values["a"] * (1 + 1e-15)}))
    given = {"whole": whole, "crashed": crashed, "near": near, "nothing": Sketches()}
    data, arrays = packed(list(given), given)
    table = SketchTable(list(given), json.loads(json.dumps(data)), arrays)
    assert list(table) == ["whole", "crashed", "near"]
    assert {name: dict(table["whole"].outputs)[name] for name in values} == dict(whole.outputs)
    assert (dict(table["crashed"].outputs), table["crashed"].crash) == (dict(crashed.outputs), crashed.crash)
    assert len(arrays["numbers"]) == len(values) + 1  # what is nearly the same is kept once


@pytest.mark.parametrize("name", ["expected.json", "expected.safetensors"])
@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"[]"])
def test_expected_when_damaged_then_the_file_is_named(course: Course, name: str, data: bytes) -> None:
    (folder(course) / name).write_bytes(data)
    with pytest.raises(CourseError, match=r"expected\.json cannot be read: .* Fetch the course's files again"):
        read(course)


def test_expected_when_absent_then_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"expected\.json cannot be read: FileNotFoundError"):
        load_expected(tmp_path, {})


# --- freshness ---


def pair(course: Course) -> tuple[str, bytes]:
    return (folder(course) / "expected.json").read_text(encoding="utf-8"), (
        folder(course) / "expected.safetensors"
    ).read_bytes()


def scaled(tensors: bytes, factor: float) -> bytes:
    return save({name: array * np.asarray(factor, array.dtype) for name, array in load(tensors).items()})


@pytest.mark.parametrize(("change", "fresh"), [(1e-14, True), (2e-13, True), (1e-11, False), (1e-3, False)])
def test_arrays_when_changed_then_it_is_seen_from_1e12_on(course: Course, change: float, fresh: bool) -> None:
    text, tensors = pair(course)
    found = differences((text, scaled(tensors, 1 + change)), (text, tensors))
    assert (found == []) is fresh
    assert fresh or found == ["12 arrays of expected.safetensors, the first is 0"]


def test_sketches_when_one_is_changed_then_its_run_and_model_are_told(course: Course) -> None:
    text, tensors = pair(course)
    arrays = load(tensors)
    arrays["Scale/random#1/numbers"] = arrays["Scale/random#1/numbers"] * (1 + 1e-6)
    (found,) = differences((text, tensors), (text, save(arrays)))
    assert found.startswith("expected.safetensors: Scale/random#1: ")


def test_arrays_when_of_another_form_then_it_is_seen() -> None:
    one = np.arange(6.0)
    for other in (one.reshape(2, 3), one.astype(np.float32), one.astype(np.int64), np.where(one > 4, np.nan, one)):
        assert differences(("{}", save({"0": other})), ("{}", save({"0": one})))


def test_nan_in_the_same_place_is_the_same() -> None:
    tensors = save({"0": np.array([np.nan, np.inf, 1.0]), "1": np.array([1, 2]), "2": np.array([], dtype=float)})
    assert differences(("{}", tensors), ("{}", tensors)) == []


def test_last_bits_of_single_precision_are_forgiven() -> None:
    one = np.ones(3, np.float32)
    assert differences(("{}", save({"0": one * np.float32(1 + 1e-6)})), ("{}", save({"0": one}))) == []
    assert differences(("{}", save({"0": one * np.float32(1.001)})), ("{}", save({"0": one})))


def test_arrays_when_one_is_added_then_both_counts_are_told() -> None:
    one, two = save({"0": np.ones(1)}), save({"0": np.ones(1), "1": np.ones(1)})
    assert differences(("{}", two), ("{}", one)) == ["expected.safetensors holds 1 arrays, now 2"]


@pytest.mark.parametrize(
    ("made", "kept", "place"),
    [
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, "expected.json.a[1].b: 'y' is now 'x'"),
        ({"a": 1.5}, {"a": 1.6}, "expected.json.a: 1.6 is now 1.5"),
        ({"a": 1.5}, {"a": 1.5 + 1e-12}, ""),
        ({"a": 1.0}, {"a": 1}, ""),
        ({"a": (1 / 3).hex()}, {"a": (1 / 3 + 1e-15).hex()}, ""),
        ({"a": (1 / 3).hex()}, {"a": (1 / 4).hex()}, "expected.json.a: 0.25 is now 0.333"),
        ({"a": (-1 / 3).hex()}, {"a": (1 / 3).hex()}, "expected.json.a"),
        ({"a": [1]}, {"a": [1, 2]}, "expected.json.a: 2 entries are now 1"),
        ({"a": 1}, {"b": 1}, "expected.json: ['a', 'b']"),
        ({"a": None}, {"a": "x"}, "expected.json.a: 'x' is now None"),
    ],
)
def test_texts_when_they_part_then_the_place_is_told(made: Any, kept: Any, place: str) -> None:
    found = differences((json.dumps(made), save({})), (json.dumps(kept), save({})))
    assert (found[0].startswith(place) and len(found) == 1) if place else found == []


# --- answers ---


def test_public_when_asked_twice_then_it_is_answered_once(course: Course) -> None:
    answers = Answers(course)
    assert answers.public(UNIT, "Scale") is answers.public(UNIT, "Scale")
    assert [run_key(run.case, run.draw) for run in answers.public(UNIT, "Scale")] == ["random#0", "random#1"]


def test_model_when_its_sketch_is_asked_for_then_it_is_made_once(course: Course) -> None:
    answers = Answers(course)
    one = answers.public(UNIT, "Scale")[0]
    assert one.sketches["da_averaged"] is one.sketches["da_averaged"]
    assert answers.altered(answers.alterations(UNIT, "Scale")[0]) is answers.altered(
        answers.alterations(UNIT, "Scale")[0]
    )


def test_lazy_when_counted_then_nothing_is_made() -> None:
    made: list[str] = []
    lazy = Lazy({"a": lambda: made.append("a"), "b": lambda: made.append("b")})
    assert (len(lazy), list(lazy), made) == (2, ["a", "b"], [])
    lazy["b"]
    assert made == ["b"]
