"""What a ``course.toml`` names but does not exist: units without a file, folders, NumPy names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.courses.course import Course

__all__ = ["course_faults"]


def course_faults(course: Course, *, released: bool) -> Iterator[str]:
    """One sentence each; ``released``: its assignments have been written, so their folder must exist too."""
    manifest = course.manifest
    folders = {"exercises": course.exercises, "reference": course.references}
    folders |= {"assignments": course.assignments} if released else {}
    for key, folder in folders.items():
        if not folder.is_dir():
            after = "'deepgrade release' makes it" if key == "assignments" else "make it, or correct [folders]"
            yield f"the folder {getattr(manifest, key)}/ of {key} does not exist; {after}"
    if course.exercises.is_dir():
        for unit in manifest.units:
            if unit not in course.units:
                yield (
                    f"units names {unit!r}, which has no file {manifest.exercises}/{unit}.py; "
                    f"make it with 'deepgrade new unit {unit}', or take the name out of units"
                )
    for key in ("package_names", "numpy_names"):
        for name, meant in getattr(course.compatibility, key).items():
            module, _, attribute = str(meant).partition(".")
            if module == "np" and attribute and not hasattr(np, attribute):
                yield f"compatibility.{key}.{name} is {meant!r}, which NumPy {np.__version__} does not have"
