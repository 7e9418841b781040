"""``nbgrader export`` with an empty score instead of 0.0 if a person still has to look."""

from __future__ import annotations

import csv
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import CsvExportPlugin

__all__ = ["GradesCsv"]

COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email")
SCORES = ("raw_score", "late_submission_penalty", "score", "max_score")


class GradesCsv(CsvExportPlugin):  # type: ignore[misc]
    """nbgrader's own columns, plus ``needs_manual_grade``: yes if a score is missing or needs review."""

    def export(self, gradebook: Any) -> None:
        to = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", to)
        with open(to, "w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow([*COLUMNS, *SCORES, "needs_manual_grade"])
            for assignment in gradebook.assignments:
                if not self.assignment or assignment.name in map(str, self.assignment):
                    for student in gradebook.students:
                        if not self.student or student.id in map(str, self.student):
                            lines.writerow(_line(gradebook, assignment, student))


def _line(gradebook: Any, assignment: Any, student: Any) -> list[object]:
    who = [student.id, student.last_name, student.first_name, student.email]
    try:
        found = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # submitted nothing
        return [assignment.name, assignment.duedate, "", *who, 0.0, 0.0, 0.0, assignment.max_score, ""]
    off = found.late_submission_penalty
    grades = [grade for notebook in found.notebooks for grade in notebook.grades]
    open_ = any(grade.auto_score is None and grade.manual_score is None for grade in grades)
    scores = ["", "", ""] if open_ else [found.score, off, max(0.0, found.score - off)]
    look = "yes" if open_ or found.needs_manual_grade else ""
    return [assignment.name, assignment.duedate, found.timestamp, *who, *scores, assignment.max_score, look]
