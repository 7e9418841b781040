"""Rules on sources, advice for staff: see ``rules``."""

from __future__ import annotations

from graders.policy.rules import Flag, check_source

__all__ = ["Flag", "check_source"]
