"""A step for ``nbgrader generate_assignment`` that releases our exercises' stubs unchanged."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import ClearSolutions

__all__ = ["KeepStubs"]


class KeepStubs(ClearSolutions):  # type: ignore[misc]
    """Clears every solution except our exercises' answers, which are stubs in the source notebook already."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        ours = cell.metadata.get("deepgrade", {}).get("role") == "exercise"
        if ours and self.begin_solution_delimeter not in cell.source:
            return cell, resources
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared
