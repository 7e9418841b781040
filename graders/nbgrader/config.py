"""Replaces steps of nbgrader's commands with ours, in its configuration."""

from __future__ import annotations

from typing import Any

from graders.nbgrader.settings import SECTION

__all__ = ["configure"]


def configure(config: Any, **settings: Any) -> None:
    """Implements ``graders.nbgrader.use_deepgrade``."""
    from nbgrader import preprocessors
    from nbgrader.converters import GenerateAssignment, GenerateFeedback

    from graders.nbgrader.exporter import GradeInSandbox, SandboxExporter
    from graders.nbgrader.feedback import TellOpenScores
    from graders.nbgrader.grades import GradesCsv
    from graders.nbgrader.stubs import KeepStubs

    for name, value in settings.items():
        if value is not None:
            config[SECTION][name] = value
    config.Autograde.exporter_class = SandboxExporter
    config.Autograde.sanitize_preprocessors = []  # the exporter builds the notebook from the released one
    config.Autograde.autograde_preprocessors = [
        GradeInSandbox,  # in place of Execute and SaveAutoGrades, which gives full points for a cell without output
        preprocessors.AssignLatePenalties,
        preprocessors.CheckCellMetadata,
    ]
    config.ExportApp.plugin_class = GradesCsv
    shown = GenerateFeedback.preprocessors.default()
    config.GenerateFeedback.preprocessors = [*shown[:1], TellOpenScores, *shown[1:]]
    theirs = config.GenerateAssignment
    steps = theirs.preprocessors if "preprocessors" in theirs else GenerateAssignment.preprocessors.default()
    theirs.preprocessors = [KeepStubs if step is preprocessors.ClearSolutions else step for step in steps]
