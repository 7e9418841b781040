"""The form of an entry of misconceptions.toml or variants.toml, beyond what TOML checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["are_edits", "problems"]


def problems(entry: Mapping[str, Any], text_key: str) -> Iterator[str]:
    """What is wrong with the form of an entry beyond what TOML checks, one phrase each."""
    for key in ("id", "symbol"):
        if not isinstance(entry[key], str):
            yield f"{key} is {entry[key]!r}, expected text"
    if not entry["edits"] or not are_edits(entry["edits"]):
        yield "edits need the texts old and new, and every only as true or false"
    on = entry.get("edits_on", {})
    if not isinstance(on, dict) or not all(map(are_edits, on.values())):
        yield "edits_on is no table of variants with the edits made there"
    if not isinstance(entry.get("group", ""), str):
        yield f"group is {entry['group']!r}, expected the id of a [[group]]"
    groups = entry.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        yield "groups is no list of groups"
    for key in (text_key, "title"):
        if not isinstance(entry.get(key, {}), dict):
            yield f"{key} is no table of languages"
            return
        for lang, said in entry.get(key, {}).items():
            if not all(isinstance(text, str) for text in (said if isinstance(said, list) else [said])):
                yield f"{key}.{lang} is no text"
    twins = entry.get("indistinguishable_from", [])
    if not isinstance(twins, list) or not all(isinstance(twin, str) for twin in twins):
        yield "indistinguishable_from is no list of ids"


def are_edits(edits: Any) -> bool:
    found = edits if isinstance(edits, list) else [None]
    return all(
        isinstance(edit, dict)
        and all(isinstance(edit.get(key), str) and (edit["old"] or key == "new") for key in ("old", "new"))
        and isinstance(edit.get("every", False), bool)
        for edit in found
    )
