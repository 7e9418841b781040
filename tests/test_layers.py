"""The rooms of the house: imports go down only, lazy ones included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import graders

ROOT = Path(graders.__file__).parent

# Top to bottom. A room imports rooms below it; rooms of one floor do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("cli",),
    ("commands",),
    ("authoring", "notebook"),
    ("api",),
    ("practice",),
    ("grading",),
    ("course",),
    ("policy",),
    ("exercises", "sandbox", "compare", "feedback", "submission"),
    ("report",),
    ("evidence",),
    ("values", "verdict", "message", "probe", "disk", "apart", "digits"),
    ("operations",),
    ("spec", "trust"),
    ("errors",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules() -> list[str]:
    names = [str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in ROOT.rglob("*.py")]
    return [name for name in names if not name.endswith("__init__")]


def room_of(module: str) -> str:
    parts = module.split(".")
    return next((".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in FLOOR), module)


def imports_of(module: str) -> Iterator[str]:
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "graders":
            inner = node.module.removeprefix("graders").lstrip(".")
            for alias in node.names:
                name = f"{inner}.{alias.name}".lstrip(".")
                yield name if room_of(name) in FLOOR and name in FLOOR else inner
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.removeprefix("graders.") for alias in node.names if alias.name.startswith("graders.")
            )


def test_rooms_when_a_module_is_added_then_it_has_a_floor() -> None:
    assert sorted({room_of(module) for module in modules()} - FLOOR.keys()) == []


def test_imports_when_followed_then_they_go_down_only() -> None:
    wrong = [
        f"{module} imports {name}"
        for module in modules()
        for name in imports_of(module)
        if name and room_of(name) != room_of(module) and FLOOR[room_of(name)] <= FLOOR[room_of(module)]
    ]
    assert wrong == []
