"""An outline as JSON and back, checked on return: it comes from the process that read a student's text."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from graders.outline.model import Class, Function, Lines, Outline
from graders.outline.reading import LONGEST_NAME, MAX_DEFINITIONS, MAX_NAMES

__all__ = ["from_plain", "to_plain"]


def to_plain(outline: Outline) -> dict[str, Any]:
    return dataclasses.asdict(outline)


def from_plain(data: Any) -> Outline:
    """The outline. Raises ValueError, TypeError, KeyError or AttributeError if the data are not one."""
    classes = {_name(name): _class(one) for name, one in _some(data["classes"], MAX_DEFINITIONS)}
    return Outline(classes, _functions(data["functions"]))


def _class(data: Any) -> Class:
    methods = _functions(data["methods"])
    return Class(_name(data["name"]), _line(data["line"]), _flag(data["based"]), methods, _lines(data["shared"]))


def _functions(data: Any) -> dict[str, Function]:
    return {_name(name): _function(one) for name, one in _some(data, MAX_DEFINITIONS)}


def _function(data: Any) -> Function:
    arguments = data["arguments"]
    if not isinstance(arguments, list) or len(arguments) > MAX_NAMES:
        raise ValueError("no arguments")
    return Function(
        name=_name(data["name"]),
        line=_line(data["line"]),
        last=_line(data["last"]),
        arguments=tuple(map(_name, arguments)),
        open=_flag(data["open"]),
        written=_flag(data["written"]),
        returns=_flag(data["returns"]),
        prints=_line(data["prints"]),
        itself=_line(data["itself"]),
        local=_lines(data["local"]),
        sets=_lines(data["sets"]),
        blank=_lines(data["blank"]),
        reads=_lines(data["reads"]),
        shared=_lines(data["shared"]),
        touched=_lines(data["touched"]),
    )


def _some(data: Any, most: int) -> list[tuple[Any, Any]]:
    if not isinstance(data, Mapping) or len(data) > most:
        raise ValueError("no mapping, or too large a one")
    return list(data.items())


def _lines(data: Any) -> Lines:
    return {_name(name): _line(line) for name, line in _some(data, MAX_NAMES)}


def _name(value: Any) -> str:
    plain = value.removesuffix("=") if isinstance(value, str) else ""
    if len(plain) > LONGEST_NAME or not plain.isidentifier():
        raise ValueError("no name")
    return str(value)


def _line(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 1 << 32:
        raise ValueError("no line")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("neither true nor false")
    return value
