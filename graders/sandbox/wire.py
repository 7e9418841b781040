"""Reads what a guest sent, once it is dead: every byte is checked before NumPy or safetensors sees it.

A frame carries one output of one run, or the end of a run. Anything that no honest guest writes raises ``WireError``.
"""

from __future__ import annotations

import builtins
import json
import math
from collections.abc import Collection, Iterator
from dataclasses import fields
from typing import Any, NoReturn

import numpy as np
import safetensors.numpy

from graders.messages.errors import WireError
from graders.probe import Crash, Trace, class_name
from graders.probe.operations import OPERATION
from graders.probe.values import DTYPES, MAX_ARRAYS, MalformedValue, decode
from graders.sandbox.guest.frames import LENGTH, METADATA

__all__ = ["MAX_TENSORS", "read_frames", "read_traces"]

# 20 small arrays decode in 38 µs, half a million empty ones took 5 s: counts are bounded, not only bytes
MAX_TENSORS = 20_000  # in all answers of one job
MAX_FRAMES = 20_000
MAX_HEADER = 4 << 20
MAX_HEADERS = 8 << 20  # in total: 54 MB of small values, in frames of 10,000, took 12 s to read
MAX_NAME = 200
LARGEST_DIM = 1 << 48


def read_frames(data: bytes | memoryview, *, cut: bool = False) -> Iterator[tuple[dict[str, Any], list[np.ndarray]]]:
    """Metadata and arrays of every frame; ``cut``: the guest was killed, so the last frame may be incomplete."""
    view, position, frames, tensors, headers = memoryview(data), 0, 0, 0, 0
    while position < len(view):
        if len(view) - position >= LENGTH.size:
            (size,) = LENGTH.unpack_from(view, position)
        else:
            size = len(view)
        start = position + LENGTH.size
        if size > len(view) - start:
            if cut:
                return
            raise WireError.in_english(f"A frame of {size} bytes ends after {max(0, len(view) - start)}.")
        meta, arrays = read_blob(bytes(view[start : start + size]))
        position, frames, tensors = start + size, frames + 1, tensors + len(arrays)
        headers += size - sum(array.nbytes for array in arrays)
        if frames > MAX_FRAMES or tensors > MAX_TENSORS:
            raise WireError.in_english(f"More than {MAX_FRAMES} frames or {MAX_TENSORS} arrays in one exercise.")
        if headers > MAX_HEADERS:
            raise WireError.in_english(
                f"More than {MAX_HEADERS >> 20} MB of values that are not arrays in one exercise."
            )
        yield meta, arrays


def read_blob(blob: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """One safetensors blob: its header is checked here, then safetensors reads it; arrays are ordered by name."""
    if len(blob) < LENGTH.size:
        raise WireError.in_english(f"A frame of {len(blob)} bytes has no header.")
    (size,) = LENGTH.unpack_from(blob)
    if size > min(len(blob) - LENGTH.size, MAX_HEADER):
        raise WireError.in_english(f"A header of {size} bytes in a frame of {len(blob)}.")
    header = _json(blob[LENGTH.size : LENGTH.size + size])
    metadata = header.pop("__metadata__", None) if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or list(metadata) != [METADATA] or not isinstance(metadata[METADATA], str):
        raise WireError.in_english("A header without its metadata.")
    meta = _json(metadata[METADATA].encode("utf-8", "surrogatepass"))
    if not isinstance(meta, dict):
        raise WireError.in_english("Metadata that is not an object.")
    _check_entries(header, len(blob) - LENGTH.size - size)
    if not header:
        return meta, []
    try:
        found = safetensors.numpy.load(blob)
    except Exception as error:  # the library's own refusal, whatever its type
        raise WireError.in_english(f"safetensors refuses a frame: {str(error)[:200]}") from None
    return meta, [found[str(position)] for position in range(len(header))]


def _check_entries(header: dict[str, Any], available: int) -> None:
    """Arrays "0", "1", … one after another, each exactly as long as its dtype and shape say, and nothing after them."""
    if len(header) > MAX_ARRAYS:
        raise WireError.in_english(f"{len(header)} arrays in a frame, at most {MAX_ARRAYS}.")
    offset = 0
    for position in range(len(header)):
        entry = header.get(str(position))
        if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
            raise WireError.in_english(f"Array {position} is not described by dtype, shape and data_offsets.")
        dtype, shape = entry["dtype"], entry["shape"]
        if not isinstance(dtype, str) or dtype not in DTYPES:
            raise WireError.in_english(f"Array {position} has dtype {str(dtype)[:40]!r}.")
        if not isinstance(shape, list) or len(shape) > 32:
            raise WireError.in_english(f"Array {position} has no shape of at most 32 axes.")
        if not all(type(size) is int and 0 <= size < LARGEST_DIM for size in shape):
            raise WireError.in_english(f"Array {position} has shape {str(shape)[:80]}.")
        end = offset + math.prod(shape) * DTYPES[dtype].itemsize
        offsets = entry["data_offsets"]
        if not isinstance(offsets, list) or any(type(at) is not int for at in offsets) or offsets != [offset, end]:
            raise WireError.in_english(f"Array {position} lies at {str(offsets)[:80]}, expected {[offset, end]}.")
        offset = end
    if offset != available:
        raise WireError.in_english(f"{available} bytes of arrays, expected {offset}.")


def _json(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8", "surrogatepass"), object_pairs_hook=_unique, parse_constant=_constant)
    except WireError:
        raise
    except (ValueError, RecursionError) as error:
        raise WireError.in_english(f"A header is not JSON: {str(error)[:100]}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WireError.in_english("A key stands twice in a header.")
    return found


def _constant(name: str) -> NoReturn:
    raise WireError.in_english(f"{name} in a header.")


# --- runs ------------------------------------------------------------------------------------------------------------


def read_traces(
    data: bytes | memoryview, keys: Collection[str], inputs: Collection[str], *, hidden: bool = False, cut: bool = False
) -> tuple[dict[str, Trace], tuple[str, ...]]:
    """Traces by key, and the keys of runs that began and did not end.

    Only the first frame of an output counts, and none after the end of its run. ``hidden`` drops every text.
    """
    traces: dict[str, Trace] = {}
    ended: set[str] = set()
    for meta, arrays in read_frames(data, cut=cut):
        key = meta.get("key")
        if not isinstance(key, str) or key not in keys:
            raise WireError.in_english(f"A frame of a run {str(key)[:40]!r} that was not asked for.")
        if key in ended:
            continue
        trace = traces.setdefault(key, Trace())
        if meta.get("kind") == "output":
            _add_output(trace, meta, arrays)
        elif meta.get("kind") == "end":
            _add_end(trace, meta, inputs, hidden)
            ended.add(key)
        elif meta.get("kind") != "begin":
            raise WireError.in_english(f"A frame of kind {str(meta.get('kind'))[:40]!r}.")
    return traces, tuple(key for key in traces if key not in ended)


def _add_output(trace: Trace, meta: dict[str, Any], arrays: list[np.ndarray]) -> None:
    name = _text(meta.get("output"), MAX_NAME)
    try:
        value = decode(meta.get("tree"), arrays)
    except MalformedValue as error:
        raise WireError.in_english(f"Output {name[:40]!r} is malformed: {error}.") from None
    trace.outputs.setdefault(name, value)


def _add_end(trace: Trace, meta: dict[str, Any], inputs: Collection[str], hidden: bool) -> None:
    overwritten, notes = _texts(meta.get("overwritten")), _texts(meta.get("notes"))
    if not set(overwritten) <= set(inputs):
        raise WireError.in_english("An input that was not given is said to be overwritten.")
    crash = None if meta.get("crash") is None else _crash(meta["crash"])
    if hidden and crash is not None:  # the text, or a class named for the purpose, could carry hidden inputs
        known = isinstance(getattr(builtins, crash.kind, None), type) or crash.kind in _KINDS
        kind = crash.kind if known else "Exception"
        crash = Crash(kind, "", missing=crash.missing, importing=crash.importing)
    trace.overwritten, trace.notes = ((), ()) if hidden else (overwritten, notes)
    trace.crash = crash


_CRASH = {field.name for field in fields(Crash)}
_KINDS = ("LinAlgError", "MissingSymbol", "_ArrayMemoryError")


def _crash(body: Any) -> Crash:
    if not isinstance(body, dict) or body.keys() != _CRASH:
        raise WireError.in_english("A crash that is not described as one.")
    line = body["line"]
    if not (line is None or (type(line) is int and 0 < line < 10_000_000)) or not _flags(body, "missing", "importing"):
        raise WireError.in_english("A crash at no line.")
    texts = (class_name(_text(body["kind"], MAX_NAME)), _text(body["text"], 500), line, _text(body["source"], 500))
    operation = _text(body["operation"], MAX_NAME)
    if operation and not OPERATION.fullmatch(operation):
        raise WireError.in_english("A crash in an operation that is none.")
    return Crash(*texts, body["missing"], _texts(body["near"]), body["importing"], operation)


def _flags(body: dict[str, Any], *names: str) -> bool:
    return all(type(body[name]) is bool for name in names)


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise WireError.in_english(f"Expected a text of at most {longest} characters.")
    return value.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair, which no file can hold


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 100:
        raise WireError.in_english("Expected a list of at most 100 texts.")
    return tuple(_text(item, MAX_NAME) for item in value)
