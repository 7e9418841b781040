"""The process that compares two uploads: ``python -m graders.server.web.comparing OLD NEW``, with its answer on stdout.

It holds none of the service's data in memory, and reads the uploads in a limited child process of its own.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from graders.host.apart import call_apart
from graders.messages.errors import SubmissionError, UsageError
from graders.submission import changes, zipped  # noqa: F401  what reading imports where it needs it

__all__ = ["CPU_S", "main"]

CPU_S = 4  # somebody is waiting for the page


def compare(old: Path, new: Path) -> Iterator[Any]:
    try:
        yield changes.to_plain(changes.changes_of(old, new))
    except (SubmissionError, UsageError) as error:
        yield {"refused": error.message.to_dict()}


def main(old: str, new: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    answer = call_apart(partial(compare, Path(old), Path(new)))
    json.dump({"ending": answer.ending, "values": answer.values}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:3])
