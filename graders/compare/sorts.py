"""What sort of thing a value is, as part of a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graders.messages.message import Message
from graders.probe.values import Unsupported

__all__ = ["readable", "sort_of"]

_SORTS = {
    "NoneType": "sort.none",
    "bool": "sort.bool",
    "int": "sort.int",
    "float": "sort.float",
    "complex": "sort.complex",
    "str": "sort.str",
    "list": "sort.list",
    "tuple": "sort.tuple",
    "dict": "sort.dict",
    "set": "sort.set",
    "frozenset": "sort.set",
    "generator": "sort.generator",
    "function": "sort.function",
    "builtin_function_or_method": "sort.function",
    "method": "sort.method",
    "type": "sort.class",
    "module": "sort.module",
    "NotImplementedType": "sort.not_implemented",
    "numpy.ndarray": "sort.numpy",
    "torch.Tensor": "sort.tensor",
}

# What ``values.encode`` says about a value that cannot travel: its word, and the parameter of ``detail.…``.
_DETAILS = {
    "dtype": "dtype",
    "values": "count",
    "arrays": "count",
    "nested": "count",
    "bits": "count",
    "characters": "count",
    "half": "",
    "key": "kind",
    "size": "size",
}


def sort_of(value: Any) -> dict[str, Any]:
    """``an array of shape (3, 4)``, ``a generator``, ``an object of class Foo``: a message to embed in another one."""
    if isinstance(value, Unsupported):
        sort = _named(value.type_name)
        return _message("sort.detailed", sort=sort, detail=_detail(value.detail)) if value.detail else sort
    if type(value) is np.ndarray and value.shape:
        return _message("sort.array", shape=str(value.shape))
    if isinstance(value, np.generic | np.ndarray):
        value = value.item()
    return _named(type(value).__name__)


def readable(value: Any) -> Any:
    """The same value, with words in place of any part that could not travel."""
    if isinstance(value, Unsupported):
        return Message.from_dict(sort_of(value))
    if isinstance(value, list | tuple):
        return type(value)(readable(item) for item in value)
    if isinstance(value, Mapping):
        return {key: readable(item) for key, item in value.items()}
    return value


def _named(kind: str) -> dict[str, Any]:
    return _message(_SORTS[kind]) if kind in _SORTS else _message("sort.object", kind=kind)


def _detail(text: str) -> Any:
    word, _, value = text.partition(" ")
    if word not in _DETAILS:
        return text
    return _message(f"detail.{word}", **({_DETAILS[word]: value} if _DETAILS[word] else {}))


def _message(id: str, **params: Any) -> dict[str, Any]:
    return Message(id, params).to_dict()
