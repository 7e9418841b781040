"""Errors for pages and API alike: a status, and a message without anything that belongs only in the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from graders.messages.errors import BusyError, DeepgradeError, DiskError, SubmissionError, UsageError
from graders.messages.message import Message

__all__ = ["HEADERS", "Refused", "broken", "status_of", "told"]

LOG = logging.getLogger("deepgrade.web")
STATUS: Mapping[str, int] = {
    "server.email_taken": 409,
    "server.account_closed": 409,
    "server.course_taken": 409,
    "server.last_admin": 409,
    "server.last_instructor": 409,
    "server.link_over": 404,
    "server.no_member": 404,
    "server.no_user": 404,
    "server.not_in_yet": 409,
    "server.wrong_password": 403,
    "server.too_large": 413,
    "server.waiting": 429,
    "server.day_full": 429,
    "server.no_submission": 404,
    "usage.no_unit": 404,
    "usage.no_exercise_in_unit": 404,
}
HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "5"},
    503: {"Retry-After": "2"},
}


class Refused(DeepgradeError):
    """A response with this status and message, and nothing else."""

    def __init__(self, status: int, message_id: str, /, **params: Any) -> None:
        super().__init__(message_id, **params)
        self.status = status


def status_of(error: DeepgradeError) -> int:
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, UsageError | SubmissionError):
        return STATUS.get(error.message_id, 422)
    return 503 if isinstance(error, BusyError) else 507 if isinstance(error, DiskError) else 500


def told(error: DeepgradeError) -> Message:
    """The message for users; where the database is, and internal details, belong in the log."""
    status = status_of(error)
    if status >= 500:
        LOG.error("%s: %s", type(error).__name__, error.message_id)
    if isinstance(error, BusyError | DiskError):
        return Message("api.busy" if isinstance(error, BusyError) else "api.full")
    return Message("api.broken") if status == 500 else error.message


def broken(error: Exception) -> Message:
    """An unexpected error: logged, with its location."""
    LOG.error("internal error: %s", type(error).__name__, exc_info=error)
    return Message("api.broken")
