"""A sentence before a language is chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Message", "Words", "finite"]


class Words(Protocol):
    """A language to say messages in, as ``feedback`` knows some."""

    @property
    def lang(self) -> str: ...

    def sentence(self, message: Message) -> str: ...


def finite(value: Any) -> Any:
    """A JSON value without NaN and infinities, which JSON does not know: they become words."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class Message:
    """A sentence as id and parameters; the language is chosen when it is shown."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self, words: Words | None = None) -> dict[str, Any]:
        """Id and parameters; with ``words`` the sentence too."""
        text = {"text": words.sentence(self)} if words is not None else {}
        return {"id": self.id, "params": finite(self.params), **text}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Message:
        return Message(data["id"], data["params"])
