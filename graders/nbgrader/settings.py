"""What a course's ``nbgrader_config.py`` asks of deepgrade."""

from __future__ import annotations

from typing import Any

__all__ = ["SECTION", "setting"]

SECTION = "SandboxExporter"  # the class of which nbgrader's configuration tells these settings


def setting(config: Any, name: str, default: Any = None) -> Any:
    """What the course's configuration says of this, if it calls ``use_deepgrade`` at all."""
    return config[SECTION].get(name, default) if SECTION in config else default
