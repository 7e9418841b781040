"""The rooms of the house: imports go down only and in no circle, lazy ones included."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import graders

ROOT = Path(graders.__file__).parent

# Top to bottom. A room imports rooms below it; rooms of one floor do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("cli",),
    ("commands",),
    ("jupyterlab", "server"),
    ("authoring", "notebook", "nbgrader", "pytest_plugin", "frames"),
    ("api",),
    ("practice",),
    ("sealing",),
    ("grading",),
    ("courses",),
    ("policy",),
    ("exercises", "sandbox", "compare", "feedback", "submission"),
    ("reports",),
    ("probe",),
    ("spec", "host", "mutation", "outline", "figures"),
    ("messages", "lazy"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules() -> dict[str, Path]:
    """Every module, and every package, by its name below ``graders``."""
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in found.items() if name != "__init__"}


def room_of(module: str) -> str:
    parts = module.split(".")
    return next((".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in FLOOR), module)


def imports_of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
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
        for module, path in modules().items()
        for name in imports_of(path)
        if name and room_of(name) != room_of(module) and FLOOR[room_of(name)] <= FLOOR[room_of(module)]
    ]
    assert wrong == []


def run_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in the tree but what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            children: list[ast.AST] = [*child.orelse]
        else:
            children = [child]
        for one in children:
            yield one
            yield from run_time_nodes(one)


def import_graph() -> dict[str, set[str]]:
    """Module or package → those it imports at run time, at its head or within a function."""
    files = {"graders": ROOT / "__init__.py"} | {f"graders.{name}": path for name, path in modules().items()}
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        found: set[str] = set()
        for node in run_time_nodes(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= {name if name in files else node.module for name in inner}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        graph[module] = {name for name in found if name in files}
    return graph


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = import_graph()
    assert "graders.sandbox.bubblewrap" in graph["graders.sandbox.backends"]  # imports within functions count
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_places_that_the_documentation_names_are_there() -> None:
    page = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"`((?:graders|tests|docs)/[\w/.]+)`", page) if "<" not in name}
    assert len(named) > 15
    assert sorted(name for name in named if not (ROOT.parent / name).exists()) == []
    rooms = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert sorted(room for room in rooms if f"{room}/" not in page) == []
