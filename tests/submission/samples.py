"""Small real submissions, written to a folder of the test."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

BOOKS = ("common", "dataset")  # packages of a course
UNITS = ("u01_perceptron", "u04_forward", "u06_backprop", "u07_optimizers")
AFFINE = """import numpy as np


class Affine:
    def forward(self, x):
        return x
"""
STUB = AFFINE.replace("return x", "# YOUR CODE HERE\n        raise NotImplementedError")


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below ``folder`` and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def code(source: str, role: str = "", symbol: str = "", **keys: Any) -> dict[str, Any]:
    """A code cell, with the metadata of our own notebooks if it has a role."""
    metadata: dict[str, Any] = {}
    if role:
        metadata["deepgrade"] = {"role": role} | ({"symbol": symbol} if symbol else {})
    cell = {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}
    return cell | keys


def notebook(*cells: dict[str, Any], unit: str = "u06_backprop", language: str = "ko") -> str:
    metadata = {"deepgrade": {"unit": unit, "language": language}} if unit else {}
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def text_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
