"""The findings of ``doctor`` as a table: every promised limit, whether it holds here, and how that was tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from graders.feedback.messages import say

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_trials"]


class Tried(Protocol):
    """One trial of a limit, as the sandbox reports it."""

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def held(self) -> bool: ...
    @property
    def through(self) -> str: ...


def print_trials(backend: str, trials: Sequence[Tried], console: Console, lang: str) -> None:
    """One row per limit; a limit that does not hold stands out even without colour."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=backend, title_justify="left", box=None, pad_edge=False)
    for heading in ("ui.trial", "ui.trial_held", "ui.trial_required", "ui.trial_how"):
        table.add_column(say(heading, lang), overflow="fold")
    for trial in trials:
        mark = Text("✓", "green") if trial.held else Text("✗ NO", "bold red")
        table.add_row(Text(trial.name), mark, "●" if trial.required else "", Text(_how(trial, lang)))
    console.print(table)


def _how(trial: Tried, lang: str) -> str:
    """What was tried, in this language; the name of whatever got through follows, or the system's own words."""
    tried = say(f"trial.{trial.name}", lang)
    return f"{tried}: {trial.through}" if trial.through else tried
