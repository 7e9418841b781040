"""One line of JSON per event on standard error: no code, no names, no addresses of people, no tokens."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

__all__ = ["log_as_json"]


def log_as_json(level: int = logging.INFO) -> None:
    """Send everything this process logs, uvicorn's lines included, through this format from now on."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_words,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("alembic", "httpx", "sqlalchemy", "python_multipart"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_words(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Reduce an exception to its type and traceback locations: its text may quote what somebody wrote."""
    info = event.pop("exc_info", None)
    record = event.get("_record")
    if record is not None and record.exc_info:
        info, record.exc_info, record.exc_text = record.exc_info, None, None
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else sys.exception()
    if info and error is not None:
        event["error"] = type(error).__name__
        event["at"] = [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)[-6:]]
    return event
