"""The process that ``local`` starts: a worker that grades for real."""

from __future__ import annotations

import sys

from graders.server.workers.grading import Grading
from graders.server.workers.worker import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main(Grading))
