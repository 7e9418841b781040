"""The server side of the panel in JupyterLab: a course's map and a student's progress, as data.

Jupyter Server loads this where deepgrade is installed beside it. It never runs a student's code: kernels do.
"""

from __future__ import annotations

from typing import Any

__all__ = ["_jupyter_server_extension_points", "_load_jupyter_server_extension"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "graders.jupyterlab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from graders.jupyterlab.handlers import handlers

    server.web_app.add_handlers(".*$", handlers(server.web_app.settings["base_url"]))
    server.log.info("deepgrade: the course's panel is served")
