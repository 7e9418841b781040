"""What a source imports of the student's own: which file of the upload a module's name refers to."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

__all__ = ["Import", "find_module", "imported_modules", "imports_of", "own_names"]

Import = ast.Import | ast.ImportFrom

_LIBRARIES = frozenset({"numpy", "torch", "graders"}) | sys.stdlib_module_names


def imports_of(tree: ast.Module) -> tuple[Import, ...]:
    """All imports of a source, wherever they are."""
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def imported_modules(imports: Iterable[Import], package: str = "") -> tuple[str, ...]:
    """Every module that an import may load, in order; ``package`` is the base of relative imports."""
    return tuple(dict.fromkeys(_imported(imports, package)))


def _imported(imports: Iterable[Import], package: str) -> Iterator[str]:
    for node in imports:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
            continue
        start = package.split(".") if node.level else []
        if node.level > 1:
            start = start[: 1 - node.level]
        module = ".".join([part for part in start if part] + ([node.module] if node.module else []))
        if module:
            yield module
        for alias in node.names:  # `from common import layers`
            yield f"{module}.{alias.name}" if module else alias.name


def find_module(module: str, importer: str, names: Collection[str]) -> str | None:
    """The file of the upload for a module, nearest to the importing file; libraries are never searched for."""
    parts = module.split(".")
    if parts[0] in _LIBRARIES or not all(part.isidentifier() for part in parts):
        return None
    for folder in PurePosixPath(importer).parents:
        for ending in (f"{'/'.join(parts)}.py", f"{'/'.join(parts)}/__init__.py"):
            name = (folder / ending).as_posix()
            if name in names:
                return name
    return None


def own_names(names: Collection[str]) -> set[str]:
    """Every first name under which a file of the upload could be imported."""
    found = set()
    for name in names:
        if name.endswith(".py"):
            found |= {PurePosixPath(part).stem for part in PurePosixPath(name).parts}
    return found
