"""Where the panel hands in: the address that the server's settings name, else where this user is logged in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graders.messages.errors import UsageError
from graders.practice.logins import login_for

__all__ = ["submitting"]


def submitting(address: str | None, folder: Path) -> dict[str, Any] | None:
    """The service for the homework in ``folder`` and whether one is logged in there; None where there is none.

    Never the token: the kernel reads that for itself.
    """
    try:
        return {"url": login_for(address, folder).url, "logged_in": True}
    except UsageError:
        return {"url": address, "logged_in": False} if address else None
