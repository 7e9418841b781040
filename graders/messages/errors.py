"""The exception tree: the type says whose fault it was.

DeepgradeError                 raised by id and parameters: ``UsageError("usage.no_unit", unit=…, known=…, near=…)``
├── UsageError                 the command line asks for something that is not there (exit 2)
├── SubmissionError            the upload cannot be read; this student only (verdict ``rejected``)
├── BusyError                  the service's database does not answer in time; nothing has changed, try again (exit 3)
├── DiskError                  a file cannot be written; what was there before is still there (exit 3)
├── CourseError                an exercise, lesson or misconception of the course is wrong (exit 3)
├── SandboxError               no sandbox, or it did not do what it promised (exit 3)
│   ├── DeviceError            the GPU asked for is not there (verdict ``not_run``)
│   └── WireError              bytes from the sandbox that are not a frame (verdict ``rejected``)
└── BrokenError                the reference raised or the platform failed (verdict ``broken``, never a 0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:  # a command imports this first, and seldom needs a sentence
    from graders.messages.message import Message

__all__ = [
    "BrokenError",
    "BusyError",
    "CourseError",
    "DeepgradeError",
    "DeviceError",
    "DiskError",
    "SandboxError",
    "SubmissionError",
    "UsageError",
    "WireError",
]


class DeepgradeError(Exception):
    """A fault with a message for a person, by its id in the catalogue and its parameters.

    The sentence names the thing, its value, what was expected and the next step; ``str(error)`` is its English.
    """

    exit_code = 3

    def __init__(self, message_id: str, /, **params: Any) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params = params

    @classmethod
    def in_english(cls, text: str, next_step: str = "") -> Self:
        """For what only the authors of a course or a log ever show: free text, of which the catalogue has no copy."""
        return cls("text", text=f"{text} {next_step}".strip())

    @property
    def message(self) -> Message:
        """What it says, before a language is chosen."""
        from graders.messages.message import Message

        return Message(self.message_id, self.params)

    def __str__(self) -> str:
        from graders.messages.wording import in_english

        return in_english(self.message)


class UsageError(DeepgradeError):
    """What was asked for cannot be done as it was asked: a wrong name, option, address or file."""

    exit_code = 2


class SubmissionError(DeepgradeError):
    """An upload that cannot be graded."""

    exit_code = 1


class BusyError(DeepgradeError):
    """The database did not answer in time; nothing has changed."""


class CourseError(DeepgradeError):
    """The course itself is wrong: a spec, lesson, misconception or expected file."""


class DiskError(DeepgradeError):
    """A file cannot be written; nothing half-written is left."""


class SandboxError(DeepgradeError):
    """There is no sandbox, or it failed; nothing is graded without one."""


class DeviceError(SandboxError):
    """The device asked for is not on this machine, or this backend cannot give it."""


class WireError(SandboxError):
    """Bytes that left the sandbox are not a well-formed frame."""


class BrokenError(DeepgradeError):
    """The platform failed: retried, reported to staff, never scored 0."""
