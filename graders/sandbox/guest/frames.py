"""The bytes between platform and guest, written by hand: frames (safetensors) and the chunks that carry them.

A frame is a little-endian u64 length and a safetensors blob whose metadata contains one JSON text. The guest's answers
leave in chunks that say which job they belong to. NumPy and the standard library only: the guest reads this file too.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a sandbox is opened while NumPy is still being imported
    import numpy as np

__all__ = [
    "ANSWER",
    "BEGIN",
    "CHUNK",
    "END",
    "FINISHED",
    "HIDDEN",
    "LENGTH",
    "PUBLIC",
    "READY",
    "STDERR",
    "STDOUT",
    "WANT_HIDDEN",
    "chunk",
    "frame",
    "read_frame",
    "read_trusted",
]

LENGTH = struct.Struct("<Q")
CHUNK = struct.Struct("<BBIQ")  # kind, phase, job, number of bytes that follow

READY, BEGIN, ANSWER, STDOUT, STDERR, END, WANT_HIDDEN, FINISHED = range(1, 9)  # kinds
PUBLIC, HIDDEN = 0, 1  # phases

METADATA = "deepgrade"


def frame(meta: dict[str, Any], arrays: Sequence[np.ndarray] = ()) -> bytes:
    """A frame of ``meta`` and C-ordered little-endian ``arrays``, named "0", "1", …"""
    header: dict[str, Any] = {"__metadata__": {METADATA: json.dumps(meta)}}
    offset = 0
    names = _names() if arrays else {}
    for position, array in enumerate(arrays):
        shape, end = list(array.shape), offset + array.nbytes
        header[str(position)] = {"dtype": names[array.dtype], "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    parts = [LENGTH.pack(8 + len(text) + offset), LENGTH.pack(len(text)), text]
    return b"".join([*parts, *(array.tobytes() for array in arrays)])


def _names() -> dict[np.dtype[Any], str]:
    from graders.probe.values import DTYPES

    return {dtype: name for name, dtype in DTYPES.items()}


def read_trusted(blob: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Metadata and arrays of a blob that the platform wrote; ``wire.py`` reads a guest's."""
    import numpy as np

    from graders.probe.values import DTYPES

    (size,) = LENGTH.unpack_from(blob)
    header = json.loads(blob[8 : 8 + size])
    meta: dict[str, Any] = json.loads(header.pop("__metadata__")[METADATA])
    arrays = []
    for position in range(len(header)):
        entry = header[str(position)]
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        array = np.frombuffer(blob[start:end], dtype=DTYPES[entry["dtype"]])
        arrays.append(array.reshape(entry["shape"]).copy())
    return meta, arrays


def read_frame(read: Callable[[int], bytes]) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The next trusted frame from ``read(n)``, which returns exactly n bytes."""
    (size,) = LENGTH.unpack(read(LENGTH.size))
    return read_trusted(read(size))


def chunk(kind: int, phase: int = PUBLIC, job: int = 0, body: bytes = b"") -> bytes:
    return CHUNK.pack(kind, phase, job, len(body)) + body
