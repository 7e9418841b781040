"""How to begin: public values only, both languages, and nothing where something is written."""

from __future__ import annotations

import numpy as np

from graders.compare.context import Run
from graders.compare.judge import judge
from graders.compare.start import start_ladder
from graders.probe import Crash, Trace
from graders.spec import Exercise, Gradient, drawn, literal, normal

SECRET = 0.123456789


def scale(student: object, x: object, dout: object) -> object:
    yield "out", 0
    yield "dx", 0


EXERCISE = Exercise(
    scale,  # type: ignore[arg-type]
    {"ko": "배율", "en": "Scaling"},
    ("out", "dx"),
    (
        literal("two", {"x": np.array([1.0, 2.0]), "dout": np.array([1.0, -1.0])}),
        drawn("random", {"x": normal("N"), "dout": normal("N")}, ({"N": 5}, {"N": 7})),
    ),
    gradients={"dx": Gradient("out", "x", "dout")},
)


def runs(actual: Trace) -> list[Run]:
    worked, random = EXERCISE.cases
    given = {"x": np.array([1.0, 2.0]), "dout": np.array([1.0, -1.0])}
    large = {"x": np.ones(5), "dout": np.ones(5)}
    hidden = {"x": np.full(5, SECRET), "dout": np.full(5, SECRET)}
    return [
        Run(worked, 0, True, given, Trace({"out": 2 * given["x"], "dx": 2 * given["dout"]}), actual),
        Run(random, 0, True, large, Trace({"out": np.ones(5), "dx": np.ones(5)}), actual),
        Run(random, 0, False, hidden, Trace({"out": np.full(5, SECRET), "dx": np.full(5, SECRET)}), actual),
    ]


UNWRITTEN = Trace({}, Crash("NotImplementedError", "", missing=True))


def test_unwritten_file_has_a_first_step_shapes_and_a_small_case() -> None:
    ladder = start_ladder(EXERCISE, runs(UNWRITTEN), "out")
    first, shapes, small = ladder["en"]
    assert first.startswith("Begin with out alone, and check again before you go on to dx.")
    assert "Scaling" in first
    assert shapes == "Write the shapes down first. In: x (5,), dout (5,). Out: out (5,), dx (5,)."
    assert small.endswith("with x = [1., 2.], out = [2., 4.].")
    assert len(ladder["ko"]) == 3
    assert "배율" in ladder["ko"][0]
    assert str(SECRET)[:6] not in str(ladder)


def test_ladder_begins_with_the_gradient_when_forward_is_there() -> None:
    assert (
        "with x = [1., 2.], dout = [ 1., -1.], dx = [ 2., -2.]."
        in start_ladder(EXERCISE, runs(UNWRITTEN), "dx")["en"][2]
    )


def test_only_the_first_unwritten_check_has_hints() -> None:
    checks = judge("u01", EXERCISE, runs(UNWRITTEN)).checks
    assert [check.hint is not None for check in checks] == [True, False]


def test_wrong_name_alone_is_not_told_to_begin() -> None:
    near = Trace({}, Crash("MissingSymbol", "scale", missing=True, near=("Scale",)))
    assert [check.hint for check in judge("u01", EXERCISE, runs(near)).checks] == [None, None]


def test_a_list_of_arrays_is_counted_number_by_number() -> None:
    def net(student: object, W: object) -> object:
        yield "out", 0

    ragged = {"W": [np.ones((2, 3)), np.ones(5)], "layers": [["pool", 2], ["affine", 3, 4]]}
    exercise = Exercise(net, {"en": "A net"}, ("out",), (drawn("random", {"W": normal("N")}, ({"N": 3}, {"N": 5})),))  # type: ignore[arg-type]
    run = Run(exercise.cases[0], 0, True, ragged, Trace({"out": 1.0}), Trace())
    assert "W [2]" in start_ladder(exercise, [run], "out")["en"][-1]
