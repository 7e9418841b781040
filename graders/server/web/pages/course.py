"""To come."""

from __future__ import annotations

from fastapi import FastAPI

from graders.server.web.services import Services

__all__ = ["include"]


def include(app: FastAPI, services: Services) -> None:
    return
