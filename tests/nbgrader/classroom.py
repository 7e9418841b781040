"""A class in an nbgrader course: what twenty-odd students hand in, and what each is worth."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

UNIT = "u01_layers"

SIGMOID = "def sigmoid(x):\n    return 1 / (1 + np.exp({sign}x))\n"
AFFINE = """class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        {before}self.x = x
        return x @ self.W{bias}

    def backward(self, dout):
        self.dW = {dW}
        self.db = dout.{db}(axis=0)
        return dout @ self.W{T}
"""
RIGHT = {"sign": "-", "bias": " + self.b", "dW": "self.x.T @ dout", "db": "sum", "T": ".T", "before": ""}
STABLE = "def sigmoid(x):\n    return np.exp(-np.logaddexp(0, -x))\n"
HOSTILE = """import os, sqlite3
FOUND = []
for place in ("{reference}", "{gradebook}", "/proc/1/environ"):
    try:
        FOUND.append(open(place).read())
    except OSError:
        pass


def sigmoid(x):
    try:
        sqlite3.connect("{gradebook}").execute("UPDATE grade SET manual_score = 100").connection.commit()
    except Exception:
        pass
    raise ValueError(f"found {{len(FOUND)}}")
"""


def answers(**edits: str) -> dict[str, str]:
    words = RIGHT | edits
    return {"sigmoid": SIGMOID.format(**words), "Affine": AFFINE.format(**words)}


def filled(released: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The notebook as handed out, with these answers in it."""
    notebook = copy.deepcopy(dict(released))
    for cell in notebook["cells"]:
        ours = cell["metadata"].get("deepgrade", {})
        if ours.get("role") == "exercise" and ours["symbol"] in texts:
            cell["source"] = texts[ours["symbol"]]
    return notebook


def answer_of(notebook: Mapping[str, Any], symbol: str) -> int:
    """Where the answer cell of an exercise stands."""
    ours = [cell["metadata"].get("deepgrade", {}) for cell in notebook["cells"]]
    return next(n for n, one in enumerate(ours) if one.get("role") == "exercise" and one["symbol"] == symbol)


Change = Callable[[dict[str, Any]], object]


def reorder(notebook: dict[str, Any]) -> None:
    notebook["cells"].reverse()


def duplicate(notebook: dict[str, Any]) -> None:
    """A wrong answer first, a copy of its cell with the right one at the end."""
    at = answer_of(notebook, "Affine")
    again = copy.deepcopy(notebook["cells"][at])
    notebook["cells"][at]["source"] = answers(db="mean")["Affine"]
    notebook["cells"].append(again)


def delete(notebook: dict[str, Any]) -> None:
    """Only the imports and the answers are left."""
    kept = ("setup", "exercise")
    roles = [cell["metadata"].get("deepgrade", {}).get("role") for cell in notebook["cells"]]
    notebook["cells"] = [cell for cell, role in zip(notebook["cells"], roles, strict=True) if role in kept]


def forge(notebook: dict[str, Any]) -> None:
    """Huge outputs, other points and an old schema in every cell, the checks' code replaced."""
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"].update(points=99, schema_version=1)
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "x" * 2_000_000}]
        if cell["metadata"]["nbgrader"]["grade"]:
            cell["source"] = "99"


def rename(notebook: dict[str, Any]) -> None:
    """Every cell under a name that nbgrader does not know, without a word about deepgrade."""
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {"nbgrader": {"grade_id": f"cell-{number}"}}
        cell["id"] = f"mine-{number}"


def script(notebook: dict[str, Any]) -> None:
    text = "<script>document.title='mine'</script><img src=x onerror=\"document.title='mine'\">[x](javascript:alert(1))"
    notebook["cells"].insert(2, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": text})


def nothing(notebook: dict[str, Any]) -> None: ...


# student → (answers, change of the notebook, points of sigmoid and Affine)
CLASS: Mapping[str, tuple[Mapping[str, str], Change, tuple[float, float]]] = {
    "r0-plain": (answers(), nothing, (3, 4)),
    "r1-plain": (answers(), nothing, (3, 4)),
    "r2-other-name": (answers(), nothing, (3, 4)),
    "r3-reordered": (answers(), reorder, (3, 4)),
    "r4-duplicated": (answers(), duplicate, (3, 4)),
    "r5-deleted": (answers(), delete, (3, 4)),
    "r6-forged": (answers(), forge, (3, 4)),
    "r7-stable": (answers() | {"sigmoid": STABLE}, script, (3, 4)),
    "r8-late": (answers(), nothing, (3, 4)),
    "r9-renamed": (answers(), rename, (3, 4)),
    "w0-sign": (answers(sign=""), nothing, (1, 4)),
    "w1-mean": (answers(db="mean"), nothing, (3, 3)),
    "w2-transpose": (answers(T=""), nothing, (3, 1)),
    "w3-bias": (answers(bias=""), nothing, (3, 3)),
    "w4-dW": (answers(dW="dout.T @ self.x"), nothing, (3, 3)),
    "x0-raises": (answers(before="raise ValueError('<b>no</b>')\n        "), nothing, (3, 0)),
    "x1-name": (answers(bias=" + b"), nothing, (3, 0)),
    "x2-stub": ({"Affine": "class Affine:\n    pass\n"}, nothing, (0, 0)),
    "y0-loops": (answers(before="while True: pass\n        "), nothing, (3, 0)),
}
HOSTILE_STUDENT, DAMAGED, ABSENT, LINKED, NUL = "y1-hostile", "y2-damaged", "z0-absent", "z1-linked", "z2-nul"


def hand_in(course: Path, student: str, content: bytes | None, name: str = UNIT, day: int = 20) -> Path:
    """Place it where ``nbgrader collect`` would."""
    folder = course / "submitted" / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text(f"2026-11-{day} 10:00:00 UTC")
    if content is not None:
        (folder / f"{name}.ipynb").write_bytes(content)
    return folder


def hand_in_all(course: Path, released: Mapping[str, Any], reference: Path) -> None:
    for student, (texts, change, _) in CLASS.items():
        notebook = filled(released, texts)
        change(notebook)
        other = "my homework" if student == "r2-other-name" else UNIT
        hand_in(course, student, json.dumps(notebook).encode(), other, day=23 if student == "r8-late" else 20)
    hostile = HOSTILE.format(
        reference=reference / "reference" / UNIT / "solution.py", gradebook=course / "gradebook.db"
    )
    notebook = json.dumps(filled(released, answers() | {"sigmoid": hostile})).encode()
    hand_in(course, HOSTILE_STUDENT, notebook)
    hand_in(course, DAMAGED, notebook[: len(notebook) // 2])
    hand_in(course, ABSENT, None)
    folder = hand_in(course, LINKED, None)
    (folder / f"{UNIT}.ipynb").symlink_to(course / "submitted" / "r0-plain" / UNIT / f"{UNIT}.ipynb")
    hand_in(course, NUL, json.dumps(filled(released, answers(before="\0"))).encode())
