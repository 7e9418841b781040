"""The outline of a source: what it defines and how that is called, without what it computes."""

from __future__ import annotations

from graders.outline.model import Class, Function, Outline
from graders.outline.reading import outline_of

__all__ = ["Class", "Function", "Outline", "outline_of"]
