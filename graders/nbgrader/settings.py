"""The deepgrade settings in a course's ``nbgrader_config.py``."""

from __future__ import annotations

from typing import Any

__all__ = ["SECTION", "setting"]

SECTION = "SandboxExporter"  # nbgrader's configuration keeps these settings under this class


def setting(config: Any, name: str, default: Any = None) -> Any:
    """The course's value for this setting, or ``default`` if it does not call ``use_deepgrade``."""
    return config[SECTION].get(name, default) if SECTION in config else default
