"""A user's draft of a unit: the cells that differ from their stubs, stored as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from graders.server.store.work import MAX_DRAFT, draft_of, save_draft_since
from graders.server.web.access import Place
from graders.server.web.faults import Refused
from graders.server.web.services import Services

__all__ = ["DraftCells", "drafted", "keep", "kept"]

MOST_TEXT = 200_000  # characters per cell


@dataclass(frozen=True)
class DraftCells:
    """``stays``: the cells to be saved were not, because these were saved in the meantime."""

    cells: Mapping[str, str]
    saved_at: float | None
    stays: bool = False


def kept(services: Services, place: Place, unit: str, stubs: Mapping[str, str]) -> DraftCells:
    """Symbol → the text in its cell; empty if nothing has been written yet."""
    draft = draft_of(services.store, place.user.id, place.course.id, unit)
    return DraftCells(drafted(draft.text, stubs), draft.saved_at) if draft else DraftCells({}, None)


def keep(
    services: Services,
    place: Place,
    unit: str,
    cells: Mapping[str, str],
    stubs: Mapping[str, str],
    since: float | None = None,
) -> tuple[dict[str, str], DraftCells]:
    """The cells sent that the unit has, and the draft, left in place if it was saved elsewhere after ``since``."""
    answers = {name: text.replace("\r\n", "\n")[:MOST_TEXT] for name, text in cells.items() if name in stubs}
    written = {name: text for name, text in answers.items() if text != stubs[name]}
    text = json.dumps(written, ensure_ascii=False)
    if len(text) > MAX_DRAFT:  # a truncated draft would be unreadable
        raise Refused(413, "api.too_large")
    draft = save_draft_since(services.store, place.user.id, place.course.id, unit, text, since)
    return answers, DraftCells(drafted(draft.text, stubs), draft.saved_at, draft.stays)


def drafted(text: str, stubs: Mapping[str, str]) -> dict[str, str]:
    """The cells of a draft; none if it is malformed."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found = data.items() if isinstance(data, dict) else ()
    return {name: one[:MOST_TEXT] for name, one in found if name in stubs and isinstance(one, str)}
