"""Values as a small JSON tree and a list of arrays, to send to and from the sandbox and store in expected files.

A node is a list whose first item says what follows::

    ["n"]  ["b", true]  ["i", "123"]  ["f", "0x1.8p+1" | "nan" | "inf" | "-inf"]  ["s", "text"]
    ["a", k] array k    ["g", k] NumPy scalar (array k has shape ())
    ["l", [node, …]] list    ["u", [node, …]] tuple    ["d", [[key node, node], …]] dict
    ["x", type name, detail] something that cannot travel

NumPy and the standard library only: the guest reads this file too.
"""

from __future__ import annotations

import re
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["DTYPES", "MAX_ARRAYS", "MAX_DEPTH", "MAX_NODES", "MalformedValue", "Unsupported", "decode", "encode"]

MAX_DEPTH = 8
MAX_NODES = 10_000
MAX_ARRAYS = 256
MAX_INT_BITS = 4096
MAX_TEXT = 100_000

# safetensors' name of every dtype that may travel; complex, object, str and structured arrays may not
DTYPES = {
    "BOOL": np.dtype(np.bool_),
    "U8": np.dtype("<u1"),
    "I8": np.dtype("<i1"),
    "U16": np.dtype("<u2"),
    "I16": np.dtype("<i2"),
    "U32": np.dtype("<u4"),
    "I32": np.dtype("<i4"),
    "U64": np.dtype("<u8"),
    "I64": np.dtype("<i8"),
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
}
_KNOWN = {(dtype.kind, dtype.itemsize): dtype for dtype in DTYPES.values()}
_SCALARS = frozenset({np.bool_, *(dtype.type for dtype in DTYPES.values()), np.longlong, np.ulonglong})
_DICTS = (dict, OrderedDict, defaultdict)
_INTEGER = re.compile(r"-?[0-9]{1,1240}")
_FLOAT = re.compile(r"-?0x[01]\.[0-9a-f]{1,13}p[+-][0-9]{1,4}|nan|-?inf")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEYS = ("n", "b", "i", "f", "s", "g")


class MalformedValue(ValueError):
    """A tree that ``encode`` never produces."""


@dataclass(frozen=True)
class Unsupported:
    """Represents a value that cannot travel: its type and why, a word and a value (``dtype complex128``)."""

    type_name: str
    detail: str = ""


def encode(value: Any) -> tuple[list[Any], list[np.ndarray]]:
    """The tree of ``value`` and its arrays; a value that cannot travel becomes ``["x", …]``, never an exception.

    Only exact types are accepted: a subclass may lie about itself, so it is named and left behind.
    """
    arrays: list[np.ndarray] = []
    writer = _Writer(arrays)
    tree = writer.node(value, 1)
    if writer.nodes > MAX_NODES:
        return ["x", _name(value), f"values {MAX_NODES}"], []
    if len(arrays) > MAX_ARRAYS:
        return ["x", _name(value), f"arrays {MAX_ARRAYS}"], []
    return tree, arrays


class _Writer:
    def __init__(self, arrays: list[np.ndarray]) -> None:
        self.arrays = arrays
        self.nodes = 0

    def node(self, value: Any, depth: int) -> list[Any]:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            return ["x", _name(value), f"values {MAX_NODES}"]
        if depth > MAX_DEPTH:
            return ["x", _name(value), f"nested {MAX_DEPTH}"]
        kind = type(value)
        if value is None:
            return ["n"]
        if kind is bool:
            return ["b", value]
        if kind is int:
            return (
                ["i", str(value)] if value.bit_length() <= MAX_INT_BITS else ["x", "int", f"bits {value.bit_length()}"]
            )
        if kind is float:
            return ["f", value.hex() if value - value == 0 else repr(value)]
        if kind is str:
            return self.text(value)
        if kind is np.ndarray:
            return self.array("a", value)
        if kind in _SCALARS:
            return self.array("g", np.asarray(value))
        if kind is list or kind is tuple:
            return ["l" if kind is list else "u", [self.node(item, depth + 1) for item in value]]
        if kind in _DICTS:
            return self.dictionary(value, depth)
        if kind is Unsupported:
            return ["x", _clean(value.type_name)[:200], _clean(value.detail)[:200]]
        return self.tensor(value)

    def text(self, value: str) -> list[Any]:
        if len(value) > MAX_TEXT:
            return ["x", "str", f"characters {len(value)}"]
        return ["s", value] if value == _clean(value) else ["x", "str", "half"]

    def dictionary(self, value: dict[Any, Any], depth: int) -> list[Any]:
        pairs = [[self.node(key, depth + 1), self.node(item, depth + 1)] for key, item in value.items()]
        strange = next((key for key, (node, _) in zip(value, pairs, strict=True) if node[0] not in _KEYS), None)
        return ["d", pairs] if strange is None else ["x", _name(value), f"key {_name(strange)}"]

    def array(self, tag: str, value: np.ndarray) -> list[Any]:
        dtype = _KNOWN.get((value.dtype.kind, value.dtype.itemsize))
        if dtype is None:
            return ["x", "numpy.ndarray", f"dtype {str(value.dtype)[:80]}"]
        self.arrays.append(np.ascontiguousarray(value, dtype=dtype).reshape(value.shape))
        return [tag, len(self.arrays) - 1]

    def tensor(self, value: Any) -> list[Any]:
        torch = sys.modules.get("torch")
        if torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter):
            try:
                return self.array("a", value.detach().cpu().numpy())
            except Exception:
                return ["x", "torch.Tensor", f"dtype {str(value.dtype)[:80]}"]
        return ["x", _name(value), ""]


def _name(value: Any) -> str:
    kind = type(value)
    name = _clean(f"{kind.__module__}.{kind.__qualname__}")
    return name.removeprefix("builtins.")[:200]


def _clean(text: str) -> str:
    """Half a surrogate pair, which no file can hold, is escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def decode(tree: Any, arrays: Sequence[np.ndarray]) -> Any:
    """The value of a tree; raises ``MalformedValue`` on anything that ``encode`` would not have produced."""
    return _Reader(arrays).node(tree, 1)


class _Reader:
    def __init__(self, arrays: Sequence[np.ndarray]) -> None:
        self.arrays = arrays
        self.nodes = 0

    def node(self, tree: Any, depth: int) -> Any:
        self.nodes += 1
        _demand(self.nodes <= MAX_NODES, f"more than {MAX_NODES} values")
        _demand(type(tree) is list and bool(tree) and type(tree[0]) is str, "a node is not a list with a tag")
        tag, rest = tree[0], tree[1:]
        if tag == "n" and not rest:
            return None
        if tag == "x" and len(rest) == 2:
            _demand(all(_is_text(text, 200) for text in rest), "an x node without its two texts")
            return Unsupported(*(_CONTROL.sub("_", text) for text in rest))  # a class may have any name
        _demand(depth <= MAX_DEPTH, f"nested deeper than {MAX_DEPTH}")
        _demand(len(rest) == 1, f"node {tag[:4]!r} with {len(rest)} items")
        return self.leaf(tag, rest[0], depth)

    def leaf(self, tag: str, body: Any, depth: int) -> Any:
        if tag == "b":
            _demand(type(body) is bool, "a b node without a truth value")
            return body
        if tag in ("i", "f", "s"):
            return _scalar(tag, body)
        if tag in ("a", "g"):
            _demand(type(body) is int and 0 <= body < len(self.arrays), "an array that is not there")
            array = self.arrays[body]
            _demand(tag == "a" or array.shape == (), "a NumPy scalar with a shape")
            return array if tag == "a" else array[()]
        _demand(tag in ("l", "u", "d") and type(body) is list, f"unknown node {tag[:4]!r}")
        if tag == "d":
            return self.dictionary(body, depth)
        items = [self.node(item, depth + 1) for item in body]
        return items if tag == "l" else tuple(items)

    def dictionary(self, body: list[Any], depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for pair in body:
            _demand(type(pair) is list and len(pair) == 2, "a dict item that is not a pair")
            _demand(type(pair[0]) is list and pair[0][:1] and pair[0][0] in _KEYS, "a dict key that is no scalar")
            key = self.node(pair[0], depth + 1)
            _demand(key not in found, "a dict key twice")
            found[key] = self.node(pair[1], depth + 1)
        return found


def _scalar(tag: str, body: Any) -> int | float | str:
    _demand(type(body) is str, f"an {tag} node without text")
    if tag == "s":
        _demand(len(body) <= MAX_TEXT, f"a text of more than {MAX_TEXT} characters")
        _demand(_is_text(body, MAX_TEXT), "a text with half a character")
        return str(body)
    if tag == "i":
        _demand(_INTEGER.fullmatch(body) is not None, "an i node that is no integer")
        return int(body)
    _demand(_FLOAT.fullmatch(body) is not None, "an f node that is no hexadecimal float")
    try:
        return float.fromhex(body)
    except (OverflowError, ValueError):
        raise MalformedValue("an f node out of range") from None


def _is_text(value: Any, longest: int) -> bool:
    return type(value) is str and len(value) <= longest and value == _clean(value)


def _demand(holds: object, what: str) -> None:
    if not holds:
        raise MalformedValue(what)
