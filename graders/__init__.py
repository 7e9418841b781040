"""deepgrade: deep-learning exercises whose grader compares outputs and gradients and names the mistake."""

from __future__ import annotations

__version__ = "0.1.0"


def load_ipython_extension(ipython: object) -> None:
    """Give a notebook its ``%check`` (called by ``%load_ext graders``)."""
    from graders.notebook.magics import register

    register(ipython)
