"""What cases are built from that no text can be: archives, notebooks, a class of several."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = [
    "AFFINE",
    "NO_AFFINE",
    "NO_SIGMOID",
    "SIGMOID",
    "check",
    "exercise",
    "free",
    "notebook",
    "right",
    "setup",
    "students",
    "zipped",
]

SIGMOID = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
AFFINE = '''class Affine:
    """y = xW + b, forward and back."""

    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        """x (N, D) → (N, M)."""
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        """dout (N, M) → dx (N, D); keeps dW and db."""
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
'''
NO_SIGMOID = "def sigmoid(x):\n    raise NotImplementedError"
NO_AFFINE = "class Affine:\n    def __init__(self, W, b):\n        raise NotImplementedError"

Cell = dict[str, Any]


def right(words: Mapping[str, str]) -> str:
    """A file in which everything is right."""
    return f"import numpy as np\n\n\n{words['HONEST']}"


@contextmanager
def zipped(folder: Path) -> Iterator[zipfile.ZipFile]:
    """``mallory.zip``, to be written to."""
    with zipfile.ZipFile(folder / "mallory.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        yield archive


def students(folder: Path, **texts: str) -> Path:
    """A class: each student's folder with a file, or with a notebook if the text is JSON."""
    for student, text in texts.items():
        (folder / student).mkdir(parents=True)
        name = "u06_bench.ipynb" if text[:1] in "{[" else "u06_bench.py"
        (folder / student / name).write_text(text, encoding="utf-8")
    return folder


def notebook(*cells: Any) -> str:
    """The text of a notebook."""
    metadata = {"deepgrade": {"unit": "u06_bench", "language": "en"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


def setup(place: int = 1) -> Cell:
    return _cell(f"setup-{place}", "import numpy as np", deepgrade={"role": "setup"})


def exercise(symbol: str, source: str, **metadata: Any) -> Cell:
    return _cell(f"exercise-{symbol}", source, **metadata, deepgrade={"role": "exercise", "symbol": symbol})


def check(symbol: str, source: str, outputs: tuple[Cell, ...] = (), **metadata: Any) -> Cell:
    found = _cell(f"check-{symbol}", source, **metadata, deepgrade={"role": "check", "symbol": symbol})
    return found | {"outputs": list(outputs)}


def free(place: int, source: str) -> Cell:
    """A cell of the student's own."""
    return _cell(f"free-{place}", source)


def _cell(name: str, source: str, **metadata: Any) -> Cell:
    cell = {"cell_type": "code", "id": name, "metadata": metadata}
    return cell | {"execution_count": None, "outputs": [], "source": source}
