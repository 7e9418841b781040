"""docs/class_analysis.ipynb from top to bottom: ``python -m tests.frames.notebook`` runs it and keeps its outputs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

PATH = Path(__file__).parents[2] / "docs" / "class_analysis.ipynb"


def executed() -> Any:
    """The notebook with the outputs of now."""
    notebook = nbformat.read(PATH, as_version=4)
    settings = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "PYTHONHASHSEED": "0"}
    client = NotebookClient(
        notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(PATH.parent)}}
    )
    client.execute(env=os.environ | settings)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def texts(notebook: Any) -> list[tuple[str, list[str]]]:
    """Each cell and what it gave, in words; of a picture only that there is one, since its bytes may differ."""
    return [(cell.source, [_text(output) for output in cell.outputs]) for cell in notebook.cells if "outputs" in cell]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return f"{output.name}: {output.text}"
    if output.output_type == "error":
        return f"error: {output.ename}: {output.evalue}"
    if "image/png" in output.data:
        return "picture"
    return re.sub(r" at 0x[0-9a-f]+", "", str(output.data["text/plain"]))


if __name__ == "__main__":
    nbformat.write(executed(), PATH)
