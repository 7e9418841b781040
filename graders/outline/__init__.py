"""The outline of a source: what is defined in it and how it is called, without what is computed."""

from __future__ import annotations

from graders.outline.model import Class, Function, Outline
from graders.outline.reading import outline_of

__all__ = ["Class", "Function", "Outline", "outline_of"]
