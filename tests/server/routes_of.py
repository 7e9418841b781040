"""Every route of an application, whoever has added it and however."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.routing import Mount


def routes_of(app: Any) -> Iterator[str]:
    """``GET /path`` of each, without those of mounted applications; those as ``MOUNT /path``."""
    for one in app.routes:
        if hasattr(one, "original_router"):  # FastAPI's way of including a router
            yield from routes_of(one.original_router)
        elif isinstance(one, Mount):
            yield f"MOUNT {one.path}"
        else:
            yield from (f"{method} {one.path}" for method in sorted((one.methods or {"GET"}) - {"HEAD"}))


def mounted(app: Any, path: str) -> Any:
    """The application that answers below ``path``."""
    return next(one.app for one in app.routes if isinstance(one, Mount) and one.path == path)
