"""A step for ``nbgrader generate_feedback``, which writes 0.0 for a missing score: it adds a note that says so."""

from __future__ import annotations

import os
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

from graders.feedback.messages import language, say
from graders.nbgrader.record import opened_gradebook
from graders.nbgrader.settings import setting

__all__ = ["TellOpenScores"]


class TellOpenScores(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts a note on top of a page that still lacks scores."""

    display_data_priority: Any = List(config=True)  # the exporter sets this on every step

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        asked = resources["nbgrader"]
        course_id = self.parent.parent.coursedir.course_id
        with opened_gradebook(asked["db_url"], course_id) as gradebook:
            found = gradebook.find_submission_notebook(asked["notebook"], asked["assignment"], asked["student"])
            names = [one.name for one in found.grades if one.auto_score is None and one.manual_score is None]
        if names:
            written = nb.metadata.get("deepgrade", {}).get("language")
            lang = language(setting(self.config, "lang"), os.environ, written)
            text = say("nbgrader.open_scores", lang, names=", ".join(sorted(names)))
            cell = {"cell_type": "markdown", "id": "open-scores", "metadata": {}, "source": text}
            nb.cells.insert(0, NotebookNode(cell))
        return nb, resources
