"""Rules on sources, advice for staff: see ``rules``."""

from __future__ import annotations

from graders.policy.rules import Finding, check_source, inert_imports

__all__ = ["Finding", "check_source", "inert_imports"]
