"""Bytes from a guest: every lie about sizes, types, names and order is refused before NumPy sees it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.messages.errors import WireError
from graders.probe import Trace
from graders.probe.values import encode
from graders.sandbox import wire
from graders.sandbox.guest.frames import LENGTH, frame, read_frame

CRASH = {"kind": "ValueError", "text": "no", "line": 3, "source": "x", "missing": False, "near": []}
CRASH |= {"importing": False, "operation": ""}


def output(value: Any, key: str = "a", name: str = "out") -> bytes:
    tree, arrays = encode(value)
    return frame({"kind": "output", "key": key, "output": name, "tree": tree}, arrays)


def end(key: str = "a", **changes: Any) -> bytes:
    return frame({"kind": "end", "key": key, "crash": None, "overwritten": [], "notes": [], **changes})


def blob(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return LENGTH.pack(len(text)) + text + data


def entry(dtype: Any = "F64", shape: Any = (2,), offsets: Any = (0, 16)) -> dict[str, Any]:
    given = {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}
    return {"__metadata__": {"deepgrade": "{}"}, "0": given}


def test_run_when_it_ends_then_its_trace_holds_everything() -> None:
    data = output(np.ones(2)) + output(3, name="n") + end(crash=CRASH, overwritten=["x"], notes=["shim:np.int"])
    traces, unfinished = wire.read_traces(data, ["a"], ["x"])
    assert np.array_equal(traces["a"].outputs.pop("out"), np.ones(2))
    assert (traces["a"].outputs, traces["a"].overwritten, traces["a"].notes) == ({"n": 3}, ("x",), ("shim:np.int",))
    assert traces["a"].crash is not None
    assert (traces["a"].crash.kind, traces["a"].crash.line) == ("ValueError", 3)
    assert unfinished == ()


def test_first_of_outputs_sent_twice_or_late_counts() -> None:
    data = output(1) + output(2) + end() + output(3, name="late") + end(crash=CRASH)
    assert wire.read_traces(data, ["a"], [])[0] == {"a": Trace({"out": 1})}


def test_run_when_hidden_then_no_text_of_the_student_is_kept() -> None:
    made_up = {**CRASH, "kind": "Leak_of_0_37", "text": "x = 0.37", "source": "x", "operation": "add (37,)"}
    data = end("a", crash=made_up, notes=["x=0.37"]) + end("b", crash=CRASH, overwritten=["x"])
    traces, _ = wire.read_traces(data, ["a", "b"], ["x"], hidden=True)
    assert "37" not in repr(traces)
    assert [trace.crash.kind for trace in traces.values() if trace.crash] == ["Exception", "ValueError"]
    assert traces["b"].overwritten == ()


def test_last_frame_when_the_guest_was_killed_then_it_may_be_cut() -> None:
    data = output(1) + output(2, name="second")[:-5]
    assert wire.read_traces(data, ["a"], [], cut=True) == ({"a": Trace({"out": 1})}, ("a",))
    with pytest.raises(WireError, match=r"A frame of \d+ bytes ends after"):
        wire.read_traces(data, ["a"], [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (output(1, key="other"), "a run 'other' that was not asked for"),
        (output(1, name="x" * 201), "at most 200 characters"),
        (frame({"kind": "output", "key": "a", "output": "o", "tree": ["a", 0]}), "Output 'o' is malformed"),
        (frame({"kind": "pickle", "key": "a"}), "of kind 'pickle'"),
        (end(overwritten=["secret"]), "not given is said to be overwritten"),
        (end(crash={"kind": "E"}), "not described as one"),
        (end(crash={**CRASH, "line": -1}), "at no line"),
        (end(crash={**CRASH, "line": True}), "at no line"),
        (end(crash={**CRASH, "operation": "matmul (7,3) rm -rf"}), "in an operation that is none"),
        (end(crash={**CRASH, "operation": 3}), "a text of at most"),
        (end(notes=["n"] * 101), "at most 100 texts"),
        (LENGTH.pack(3) + b"abc", "has no header"),
        (b"\x01", "bytes ends after 0"),
    ],
)
def test_frame_when_no_guest_writes_it_then_it_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(WireError, match=said):
        wire.read_traces(data, ["a"], ["x"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (blob(b"[]"), "without its metadata"),
        (blob({"__metadata__": {"other": "{}"}}), "without its metadata"),
        (blob({"__metadata__": {"deepgrade": "[]"}}), "not an object"),
        (blob({"__metadata__": {"deepgrade": '{"a": 1, "a": 2}'}}), "stands twice"),
        (blob(b'{"__metadata__": {"deepgrade": "{}"}, "__metadata__": {}}'), "stands twice"),
        (blob({"__metadata__": {"deepgrade": '{"a": NaN}'}}), "NaN in a header"),
        (blob(b"[" * 100_000), "not JSON"),
        (blob({"__metadata__": {"deepgrade": "1" * 5000}}), "not JSON"),
        (blob(b"\xff\xfe"), "not JSON"),
        (LENGTH.pack(1 << 60) + b"{}", "A header of 1152921504606846976 bytes"),
        (blob(entry(dtype="F128"), bytes(16)), "dtype 'F128'"),
        (blob(entry(dtype=["F64"]), bytes(16)), "dtype"),
        (blob(entry(shape=[-2]), bytes(16)), r"shape \[-2\]"),
        (blob(entry(shape=[2.0]), bytes(16)), "shape"),
        (blob(entry(shape=[True]), bytes(16)), "shape"),
        (blob(entry(shape=[1 << 70]), bytes(16)), "shape"),
        (blob(entry(shape=[1 << 40, 1 << 40]), bytes(16)), "lies at"),
        (blob(entry(shape=[1] * 33), bytes(16)), "at most 32 axes"),
        (blob(entry(offsets=[0, 8]), bytes(16)), "lies at"),
        (blob(entry(offsets=[8, 24]), bytes(24)), "lies at"),
        (blob(entry(), bytes(24)), "24 bytes of arrays, expected 16"),
        (blob(entry(), bytes(8)), "8 bytes of arrays, expected 16"),
        (blob({**entry(), "extra": {}}, bytes(16)), "Array 1 is not described"),
        (blob({"__metadata__": {"deepgrade": "{}"}, **{str(n): {} for n in range(257)}}), "257 arrays in a frame"),
    ],
)
def test_blob_when_its_header_lies_then_it_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(WireError, match=said):
        wire.read_blob(data)


def test_frames_when_too_many_then_they_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_TENSORS", 3)
    with pytest.raises(WireError, match="or 3 arrays in one exercise"):
        wire.read_traces(output([np.ones(1)] * 2) * 2, ["a"], [])


def test_guest_reads_meta_and_arrays_back() -> None:
    data = memoryview(frame({"key": "a"}, [np.arange(6).reshape(2, 3), np.array(True)]))
    at = 0

    def read(size: int) -> bytes:
        nonlocal at
        at += size
        return bytes(data[at - size : at])

    meta, arrays = read_frame(read)
    assert meta == {"key": "a"}
    assert [array.tolist() for array in arrays] == [[[0, 1, 2], [3, 4, 5]], True]


GOOD = output({"W": np.ones((2, 3)), "n": [1, None, "x"]}) + end(crash=CRASH, notes=["n"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6), st.booleans())
def test_changed_bytes_are_read_or_refused(changes: list[tuple[int, int]], cut: bool) -> None:
    data = bytearray(GOOD)
    for at, byte in changes:
        data[at] = byte
    try:
        wire.read_traces(bytes(data), ["a"], ["x"], cut=cut)
    except WireError:
        pass


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_bytes_when_made_up_then_they_are_read_or_refused(data: bytes, cut: bool) -> None:
    for given_bytes in (data, blob(data), LENGTH.pack(len(data)) + data):
        try:
            wire.read_traces(given_bytes, ["a"], ["x"], cut=cut)
        except WireError:
            pass
