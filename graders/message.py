"""A sentence before a language is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.errors import DeepgradeError

__all__ = ["Message"]


@dataclass(frozen=True)
class Message:
    """A sentence as id and parameters; the language is chosen when it is shown."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "params": dict(self.params)}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Message:
        return Message(data["id"], data["params"])

    @staticmethod
    def of(error: DeepgradeError) -> Message:
        """What a fault says, in both languages where the catalogue has it."""
        return Message(error.message_id, error.params) if error.message_id else Message("text", {"text": str(error)})
