"""Daily late penalties, for nbgrader's ``AssignLatePenalties`` and our own command."""

from __future__ import annotations

import math
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

from graders.nbgrader.record import Penalty

__all__ = ["DailyPenalty", "penalty_of"]

DAY_S = 24 * 3600


class DailyPenalty(LateSubmissionPlugin):  # type: ignore[misc]
    """Takes off a share of the score for every day begun after the due date."""

    percent = Float(10.0, help="Percent of the score that each day begun takes off").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        days = math.ceil(total_seconds_late / DAY_S)
        return float(min(score, score * days * self.percent / 100))


def penalty_of(app: Any) -> Penalty:
    """The course's configured penalty: the plugin that nbgrader's own step would use."""
    from nbgrader.preprocessors import AssignLatePenalties

    step = AssignLatePenalties(parent=app)
    step.init_plugin()

    def penalty(student: str, score: float, seconds: float) -> float | None:
        points = step.plugin_inst.late_submission_penalty(student, score, seconds)
        return None if points is None else float(min(max(points, 0.0), score))

    return penalty
