"""A step of ``nbgrader generate_assignment``: the stubs of our exercises go out as they are."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import ClearSolutions

__all__ = ["KeepStubs"]


class KeepStubs(ClearSolutions):  # type: ignore[misc]
    """Clears every solution but the answers to our exercises, which have none: source notebooks hold their stubs."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        ours = cell.metadata.get("deepgrade", {}).get("role") == "exercise"
        if ours and self.begin_solution_delimeter not in cell.source:
            return cell, resources
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared
