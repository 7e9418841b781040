"""The bridge to nbgrader: its exchange, gradebook and formgrader stay; submissions are graded in the sandbox."""

from __future__ import annotations

from typing import Any

__all__ = ["use_deepgrade"]


def use_deepgrade(config: Any, *, course: str | None = None, lang: str | None = None, sandbox: str = "auto") -> None:
    """Call this in ``nbgrader_config.py`` with its ``c``: ``nbgrader autograde`` then grades with deepgrade.

    ``course``: the folder with the reference (else ``DEEPGRADE_COURSE``, else deepgrade's own); ``lang``: the
    feedback's language (else the notebook's).
    """
    from graders.nbgrader.config import configure

    configure(config, course=course, lang=lang, sandbox=sandbox)
