"""Whatever leaves a sandbox ends in a clean refusal or an ordinary report, soon, and never in an exception."""

from __future__ import annotations

import json
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.compare.context import Context, CounterModel, Ending, Run
from graders.compare.judge import judge
from graders.compare.sketches import sketch
from graders.feedback.exports import gradescope_results, report_json
from graders.feedback.html import render_report_html
from graders.feedback.text import render_report
from graders.messages.errors import WireError
from graders.probe import Crash, Trace
from graders.probe.values import DTYPES, Unsupported, decode, encode
from graders.reports.report import ExerciseReport, Report
from graders.reports.verdict import VERDICTS, worst
from graders.sandbox import wire
from graders.sandbox.contract import ENDINGS, Batch, Job, Limits
from graders.sandbox.guest.frames import CHUNK, LENGTH, READY, chunk, frame
from graders.sandbox.outcome import read_outcomes
from graders.sandbox.session import Session
from graders.spec import Exercise, Gradient, Property, drawn, literal, normal, side

pytestmark = pytest.mark.xdist_group("fuzz")

FUZZ = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
SOON_S = 4.0  # of processor time
GROWTH_MB = 400


@contextmanager
def bounded() -> Iterator[None]:
    """Within time and memory."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yield
    assert time.process_time() - started < SOON_S
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10 < GROWTH_MB


# --- values ----------------------------------------------------------------------------------------------------------

SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple) | st.sampled_from(
    [(7, 3), (3,), (1,) * 20, (0, 3), (7, 3, 1)]
)
FLOATS = st.floats(width=64) | st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, float("nan"), float("inf")])
TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(["\ud800", "\x1b[31m", "<script>", "{0}", "%s", "\0"])


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    dtype, shape = draw(st.sampled_from(sorted(DTYPES))), draw(SHAPES)
    raw = draw(st.binary(min_size=16, max_size=16))
    size = int(np.prod(shape)) * DTYPES[dtype].itemsize
    data = (raw * (size // 16 + 1))[:size]
    if dtype == "BOOL":
        data = bytes(byte & 1 for byte in data)
    return np.frombuffer(data, DTYPES[dtype]).reshape(shape).copy()


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([1 << 63, -(1 << 64), 1 << 4000])
    | FLOATS
    | TEXTS
    | st.builds(Unsupported, TEXTS, TEXTS)
)
KEYS = st.none() | st.booleans() | st.integers() | FLOATS | TEXTS
LEAVES = SCALARS | arrays() | arrays().map(lambda array: array.ravel()[0] if array.size else None)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)


@FUZZ
@given(VALUES)
def test_value_when_of_any_kind_then_it_travels_or_is_refused(value: Any) -> None:
    with bounded():
        data = frame({"kind": "output", "key": "a", "output": "out", "tree": encode(value)[0]}, encode(value)[1])
        traces, unfinished = wire.read_traces(data, ["a"], [])
    assert unfinished == ("a",)
    assert list(traces["a"].outputs) == ["out"]


# --- the reader ------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS | st.sampled_from("nbifsagludx"),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
NODES = st.recursive(
    st.sampled_from([["n"], ["b", True], ["i", "7"], ["f", "nan"], ["s", "x"], ["a", 0], ["a", 1], ["g", 0]]) | JSON,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: ["l", items])
        | st.lists(st.tuples(inner, inner).map(list), max_size=3).map(lambda items: ["d", items])
    ),
    max_leaves=8,
)
CRASHES = (
    st.none()
    | JSON
    | st.fixed_dictionaries(
        dict.fromkeys(("kind", "text", "line", "source", "missing", "near", "importing"), JSON | TEXTS)
    )
)
METAS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["begin", "output", "end"]) | JSON,
        "key": st.sampled_from(["a", "b", "c"]) | JSON,
        "output": st.sampled_from(["out", "x"]) | JSON,
        "tree": NODES,
        "crash": CRASHES,
        "overwritten": st.lists(st.sampled_from(["x", "y"]) | TEXTS, max_size=3) | JSON,
        "notes": st.lists(TEXTS, max_size=3) | JSON,
    }
)
ENTRIES = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from([*DTYPES, "BF16", "F8_E4M3", "C64"]) | JSON,
        "shape": st.lists(st.integers(-1, 4) | st.sampled_from([1 << 40, 1 << 70]), max_size=4) | JSON,
        "data_offsets": st.lists(st.sampled_from([0, 8, 16, 24, 32, 1 << 62]), min_size=2, max_size=2) | JSON,
    }
)


@st.composite
def framed(draw: st.DrawFn) -> bytes:
    """A frame as no guest writes it, but nearly."""
    header: dict[str, Any] = {"__metadata__": {"deepgrade": json.dumps(draw(METAS))}}
    header |= {str(place): draw(ENTRIES) for place in range(draw(st.integers(0, 2)))}
    text = json.dumps(header).encode()
    body = LENGTH.pack(len(text)) + text + draw(st.binary(max_size=40))
    return (
        LENGTH.pack(draw(st.sampled_from([len(body), len(body) + 1, 1 << 63])) if draw(st.booleans()) else len(body))
        + body
    )


HONEST = b"".join(
    (
        frame({"kind": "begin", "key": "a"}),
        frame({"kind": "output", "key": "a", "output": "out", "tree": ["a", 0]}, [np.arange(6.0).reshape(2, 3)]),
        frame({"kind": "output", "key": "a", "output": "n", "tree": ["l", [["i", "3"], ["f", "0x1.8p+1"]]]}),
        frame({"kind": "end", "key": "a", "crash": None, "overwritten": ["x"], "notes": []}),
    )
)


@st.composite
def damaged(draw: st.DrawFn, honest: bytes = HONEST) -> bytes:
    """An honest stream with some bytes changed, cut out or put in."""
    data = bytearray(honest)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


STREAMS = st.binary(max_size=200) | st.lists(framed(), max_size=3).map(b"".join) | damaged()


@settings(FUZZ, max_examples=300)
@given(STREAMS, st.booleans(), st.booleans())
def test_bytes_when_any_then_the_reader_gives_traces_or_refuses(data: bytes, hidden: bool, cut: bool) -> None:
    with bounded():
        try:
            traces, unfinished = wire.read_traces(data, ["a", "b"], ["x"], hidden=hidden, cut=cut)
        except WireError:
            return
    assert set(unfinished) <= set(traces) <= {"a", "b"}
    json.dumps([trace.notes for trace in traces.values()], ensure_ascii=False).encode()
    for trace in traces.values():
        assert trace.crash is None or not hidden or trace.crash.text == ""
        for value in trace.outputs.values():
            encode(value)


@pytest.mark.parametrize("tree", [["l", [["n"]] * 9_990], ["l", [["f", "0x1.0p+0"]] * 9_990]])
def test_frames_full_of_small_values_are_refused_early(tree: Any) -> None:
    many = b"".join(frame({"kind": "output", "key": "a", "output": f"o{place}", "tree": tree}) for place in range(400))
    with bounded(), pytest.raises(WireError, match="More than 8 MB"):
        wire.read_traces(many, ["a"], [])


# --- the whole conversation ------------------------------------------------------------------------------------------

JOB = Job("u06_bench", "sigmoid", (("a", {"x": 1.0}),), (("a", {"x": 2.0}),), Limits(wall_s=0.3))
ODD = FLOATS | JSON
ENDS = st.fixed_dictionaries(
    {
        "ending": st.sampled_from(["exit", "time", "output", "memory"]) | JSON,
        "code": st.integers(-80, 80) | ODD,
        "wall_s": ODD,
        "max_rss_mb": ODD,
    }
)
BODIES = st.binary(max_size=40) | STREAMS | (ENDS | JSON).map(lambda value: json.dumps(value).encode())
CHUNKS = st.builds(chunk, st.integers(0, 9), st.integers(0, 2), st.integers(0, 2), BODIES)
LAST = st.builds(lambda phase, end: chunk(6, phase, 0, json.dumps(end).encode()), st.integers(0, 1), ENDS)
CONVERSATION = chunk(3, 0, 0, HONEST) + chunk(6, 0, 0, b'{"ending": "exit", "code": 0, "wall_s": 1, "max_rss_mb": 1}')
TALKS = st.binary(max_size=120) | st.lists(CHUNKS | LAST, max_size=6).map(b"".join) | damaged(CONVERSATION)


@FUZZ
@given(TALKS)
def test_conversation_when_any_then_every_exercise_has_an_ending(said: bytes) -> None:
    with bounded():
        outcomes = read_outcomes(Batch({}, {}, (JOB,)), heard(chunk(READY, body=b"{}") + said))
    assert [outcome.ending in ENDINGS for outcome in outcomes] == [True]
    told = [str(outcomes[0].detail), outcomes[0].stdout, outcomes[0].wall_s, outcomes[0].max_rss_mb]
    json.dumps(told, ensure_ascii=False, allow_nan=False).encode()


def heard(said: bytes) -> Any:
    """What a session makes of a guest that says this and is gone."""
    ends = [os.pipe() for _ in range(3)]
    process: Any = type("Process", (), {"poll": lambda self: 0})()
    process.stdin, process.stdout, process.stderr = (
        os.fdopen(ends[0][1], "wb", 0),
        os.fdopen(ends[1][0], "rb", 0),
        os.fdopen(ends[2][0], "rb", 0),
    )
    os.close(ends[2][1])
    writer = threading.Thread(target=lambda: (os.write(ends[1][1], said), os.close(ends[1][1])))
    writer.start()
    session = Session(process, lambda: None)
    try:
        session.wait_ready()
        return session.converse(Batch({}, {}, (JOB,)))
    finally:
        writer.join()
        os.close(ends[0][0])
        session.close()


def test_chunk_when_it_claims_more_than_any_then_nothing_is_kept() -> None:
    transcript = heard(chunk(READY, body=b"{}") + CHUNK.pack(3, 0, 0, 1 << 62) + b"x" * 100)
    assert (transcript.ending, transcript.heard) == ("lost", {})


# --- judging ---------------------------------------------------------------------------------------------------------

TITLE = {"ko": "t", "en": "t"}
DIMS = ({"N": 7, "D": 3}, {"N": 5, "D": 3})
EXPECTED: dict[str, Any] = {
    "array": np.arange(21.0).reshape(7, 3) - 4,
    "number": 3.5,
    "whole": 12,
    "list": [1.0, 2.0, 3.0],
    "parts": [np.ones(3), {"k": np.zeros(2), "t": "text"}],
    "text": "seven",
    "flags": np.array([True, False, True]),
    "rule": np.ones(3),
    "loose": np.ones(3),
    "gates": np.linspace(-1, 1, 24).reshape(3, 8),
    "gradient": np.full((7, 3), 0.5),
}


def _probe(student: Any, x: Any) -> Iterator[tuple[str, object]]:
    yield "array", x


EXERCISE = Exercise(
    _probe,
    TITLE,
    tuple(EXPECTED),
    (
        literal("slide", {"x": np.ones((7, 3))}, group="slide"),
        drawn("random", {"x": normal("N", "D")}, DIMS),
        side("ties", {"x": normal("N", "D")}, DIMS[:1]),
    ),
    symbol="anything",
    points={"flags": 0},
    gradients={"gradient": Gradient("array", "x", None)},
    properties={
        "rule": Property(lambda actual, expected, inputs: bool(np.all(actual > 0)), TITLE),
        "loose": Property(lambda actual, expected, inputs: len(actual) == 3, TITLE, shaped=False),
    },
    blocks={"gates": 4},
    scale={"array": lambda inputs: 2.0},
    curve=("x", "array"),
)
X = np.random.default_rng(0).standard_normal((7, 3))
TRANSFORMS: tuple[Callable[[Any], Any], ...] = (
    lambda e: -e, lambda e: e * 7, lambda e: e.T, lambda e: e.astype(np.float32), lambda e: e.astype(np.float16),
    lambda e: e.tolist(), lambda e: list(e), lambda e: e[..., None], lambda e: e.sum(0), lambda e: e + np.nan,
    lambda e: e / 0, lambda e: e[::-1], lambda e: np.zeros_like(e), lambda e: e.astype(np.uint64), lambda e: e * 1e300,
    lambda e: e * (1 + 2e-8), lambda e: np.where(e > 0, e, 1), lambda e: e.astype(bool), lambda e: e.reshape(-1),
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn, name: str) -> Any:
    """Anything, or something near what is expected."""
    expected = EXPECTED[name]
    if draw(st.integers(0, 2)) == 0:
        return expected
    if isinstance(expected, np.ndarray) and draw(st.booleans()):
        with np.errstate(all="ignore"):
            return draw(st.sampled_from(TRANSFORMS))(expected if name != "flags" else expected * 1.0)
    if isinstance(expected, list) and draw(st.booleans()):
        return draw(st.lists(LEAVES, min_size=len(expected), max_size=len(expected)))
    return draw(VALUES)


TEXT_500 = st.text(max_size=30).map(lambda text: text.encode("utf-8", "backslashreplace").decode())
ENDED = st.none() | st.builds(
    Crash,
    st.sampled_from(["ValueError", "MissingSymbol", "MemoryError", "KeyError"]) | TEXT_500,
    TEXT_500,
    st.none() | st.integers(1, 99),
    TEXT_500,
    st.booleans(),
    st.lists(TEXT_500, max_size=3).map(tuple),
)


@st.composite
def traces(draw: st.DrawFn) -> Trace | None:
    """As the reader gives them: decoded values."""
    if draw(st.integers(0, 7)) == 0:
        return None
    names = [name for name in EXPECTED if draw(st.integers(0, 6))]
    outputs = {name: decode(*encode(draw(answers(name)))) for name in names}
    notes = draw(st.lists(st.sampled_from(["alias:a:b", "shim:np.int", ":", "odd"]) | TEXT_500, max_size=2))
    return Trace(outputs, draw(ENDED), draw(st.sampled_from([(), ("x",)])), tuple(notes))


MODELS = (
    CounterModel("wrong", "misconception", dict.fromkeys(TITLE, ("1", "2", "3?"))),
    CounterModel("other", "variant", dict.fromkeys(TITLE, ("note",))),
)
SKETCHES = {
    "wrong": sketch(Trace({**EXPECTED, "array": -EXPECTED["array"]})),
    "other": sketch(Trace({**EXPECTED, "gates": EXPECTED["gates"][:, ::-1].copy()})),
}


@pytest.mark.slow
@settings(FUZZ, max_examples=100)
@given(st.data())
def test_any_answers_give_a_report_that_can_be_kept_and_shown(data: st.DataObject) -> None:
    again = data.draw(st.lists(traces(), min_size=1, max_size=2))

    def rerun(batch: list[Any]) -> list[Trace]:
        return [again[place % len(again)] or Trace() for place in range(len(batch))]

    cases = {case.name: case for case in EXERCISE.cases}
    kinds = [("slide", 0, True), ("random", 0, True), ("random", 1, False), ("ties", 0, True)]
    runs = [
        Run(cases[name], draw, public, {"x": X}, Trace(dict(EXPECTED)), data.draw(traces()))
        for name, draw, public in kinds
    ]
    ending = Ending(data.draw(st.sampled_from(["pass", "limit", "error", "rejected"])), None, "out", "err")
    context = Context(lambda run: SKETCHES, rerun, lambda inputs: Trace(dict(EXPECTED)), lambda *_: {"x": X})
    with bounded():
        exercise = judge("u06_bench", EXERCISE, runs, MODELS, context, ending)
        kept_and_shown(exercise)
    assert exercise.verdict in VERDICTS
    assert 0 <= exercise.score <= exercise.max_score == EXERCISE.max_points
    for check in exercise.checks:
        wrong = [case for case in check.cases if case.verdict != "pass"]
        assert check.points == (0 if wrong else check.max_points) or check.follow_through


def kept_and_shown(exercise: ExerciseReport) -> None:
    """On disk and back, and in every form that people and programs read."""
    from io import StringIO

    from rich.console import Console

    report = Report("kim", (exercise,), worst([exercise.verdict]), run={"wall_s": 1.0, "backend": "none"})
    text = json.dumps(report.to_dict(), ensure_ascii=False).encode()
    report = Report.from_dict(json.loads(text))
    for shown in (report, replace(report.for_student(), student="학생")):
        render_report(shown, "ko", Console(file=StringIO(), width=80), hints=3)
        render_report_html(shown, "en").encode()
        json.dumps(
            [report_json(shown, "en"), gradescope_results(shown, "ko")], ensure_ascii=False, allow_nan=False
        ).encode()
