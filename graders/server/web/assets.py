"""Static files shared by all pages. Their URLs change with their content, so browsers may cache them forever."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

__all__ = ["address_of", "static_files"]

STATIC = Path(__file__).with_name("static")
FOREVER = "public, max-age=31536000, immutable"


def address_of(name: str) -> str:
    """The URL of a file in ``static/``; "" if it is not built (``bundle/``)."""
    path = STATIC / name
    try:
        return f"/static/{name}?{_digest(path, path.stat().st_mtime_ns)}"
    except OSError:
        return ""


def static_files() -> ASGIApp:
    """The application that serves ``/static``."""
    return GZipMiddleware(_Kept(directory=STATIC), minimum_size=1000)


@lru_cache(maxsize=64)
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


class _Kept(StaticFiles):
    """Lets browsers cache files with a digest in the URL (for fonts, in the name) and revalidate the rest."""

    def file_response(
        self, full_path: os.PathLike[str] | str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        named = bool(scope["query_string"]) or str(full_path).endswith(".woff2")
        answer.headers["Cache-Control"] = FOREVER if named else "no-cache"
        return answer
