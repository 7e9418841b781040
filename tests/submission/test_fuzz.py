"""Any upload gives a submission or a SubmissionError, never another exception."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graders.messages.errors import SubmissionError
from graders.policy import check_source
from graders.submission import Submission, load_submission
from tests.submission.samples import AFFINE, UNITS, code, notebook, zipped

LINES = """
def f(x):
    return x
%time f()
!ls
f?
import numpy as np; N = 3
class A(B): pass
'''
(
)
\\
x = [1, {2: 'ㄱ'}]
try:
    import cupy
except ImportError:
    pass
from __future__ import annotations
\t
f = lambda: 1
async def g(): await f
@property
%%bash
é = 1
from . import a
return
\x0c
del x
"""
PIECES = st.sampled_from(LINES.strip("\n").split("\n"))
SOURCES = st.lists(PIECES, max_size=12).map("\n".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.just("code") | JSON, "source": SOURCES | st.lists(SOURCES, max_size=2) | JSON, "metadata": JSON},
    optional={"id": JSON},
)


def loaded(name: str, data: bytes) -> Submission | SubmissionError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            return load_submission(path, units=UNITS, unit="u06_backprop")
        except SubmissionError as error:
            return error


def survives(name: str, data: bytes) -> None:
    submission = loaded(name, data)
    if isinstance(submission, SubmissionError):
        assert submission.message_id
        assert str(submission).isprintable()
        return
    for source in submission.sources.values():
        check_source(source.text, (), ())
        if source.fault is None:
            compile(source.text, "module", "exec")
    json.dumps([note.to_dict() for note in submission.notes])


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200) | SOURCES.map(str.encode))
def test_any_module_is_read_or_refused(data: bytes) -> None:
    survives("u06_backprop.py", data)


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, max_size=5), JSON)
def test_any_notebook_is_read_or_refused(cells: list[dict[str, Any]], metadata: object) -> None:
    survives("u06_backprop.ipynb", json.dumps({"cells": cells, "metadata": metadata}).encode())


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_any_damaged_zip_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        files = {"u06_backprop.py": AFFINE, "a/b.ipynb": notebook(code(AFFINE)), "c.txt": "x"}
        data = bytearray(zipped(Path(folder) / "a.zip", files).read_bytes())
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    survives("a.zip", bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))
