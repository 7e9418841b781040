"""Where the panel submits: the URL in the server's settings, else the service this user is logged in to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graders.messages.errors import UsageError
from graders.practice.logins import login_for

__all__ = ["submitting"]


def submitting(address: str | None, folder: Path) -> dict[str, Any] | None:
    """The service for the homework in ``folder`` and whether the user is logged in there; None without a service.

    Never includes the token: the kernel reads that itself.
    """
    try:
        return {"url": login_for(address, folder).url, "logged_in": True}
    except UsageError:
        return {"url": address, "logged_in": False} if address else None
