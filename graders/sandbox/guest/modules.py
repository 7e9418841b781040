"""The student's modules inside a guest: found among the submitted texts, or built as the course says.

NumPy and the standard library only.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import linecache
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from graders.sandbox.guest.absent import Imports
from graders.sandbox.guest.inert import InertModule
from graders.sandbox.guest.old_names import OldNumpy, meant
from graders.spec.profile import Compatibility

if TYPE_CHECKING:
    from importlib.abc import Loader  # importing it takes 7 ms, a tenth of a guest's start

__all__ = ["StudentModules", "file_of", "remember"]

# Drawing and progress bars do nothing here; importing them is not a fault.
INERT = ("IPython", "japanize_matplotlib", "matplotlib", "mpl_toolkits", "pylab", "seaborn", "tqdm")
OWN = ("graders", "numpy", "torch")


def file_of(module: str) -> str:
    """The file name a student sees in a traceback: ``u06_backprop.py``, ``common/functions.py``."""
    return module.replace(".", "/") + ".py"


def remember(file: str, text: str) -> None:
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)


def _parents(name: str) -> list[str]:
    """``a.b.c`` → ``a``, ``a.b``."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


class StudentModules:
    """Imports from the submission's texts inside its ``with`` block; ``notes`` lists the outdated habits it met."""

    def __init__(self, sources: Mapping[str, str], unit: str, compatibility: Compatibility) -> None:
        self.unit, self.compatibility = unit, compatibility
        self.sources = {name: text for name, text in sources.items() if not _taken(name)}
        self.packages = {parent for name in self.sources for parent in _parents(name)}
        self.packages |= {*compatibility.packages}
        self.notes: list[str] = []
        self.loaded: list[str] = []
        self.old_numpy = OldNumpy(compatibility.numpy_names, self.note)
        self.imports = Imports({file_of(name) for name in self.sources}, file_of(unit), self.note)

    def __enter__(self) -> StudentModules:
        self._path = sys.path
        sys.path = _FixedPath(sys.path)
        sys.meta_path.insert(0, self)
        self.old_numpy.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.old_numpy.__exit__()
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        sys.path = self._path
        for name in self.loaded:
            sys.modules.pop(name, None)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = fullname.partition(".")[0]
        made = top in self.compatibility.packages or top in INERT
        if not (made or fullname in self.sources or fullname in self.packages):
            return None
        package = fullname in self.packages or top in INERT
        return importlib.machinery.ModuleSpec(
            fullname, cast("Loader", self), origin=file_of(fullname), is_package=package
        )

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        self.loaded.append(spec.name)
        return InertModule(spec.name) if spec.name.partition(".")[0] in INERT else None

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        if name in self.sources:
            text, file = self.sources[name], file_of(name)
            module.__file__ = file
            remember(file, text)
            module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self.imports}
            exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)
        elif name.partition(".")[0] in self.compatibility.packages and name not in self.packages:
            self._gather(module)

    def _gather(self, module: types.ModuleType) -> None:
        """Builds a ``common.layers`` that was not handed in: names of the student's earlier units, the latest last."""
        self.note(f"common:{module.__name__}")
        offered = self.compatibility.package_names
        module.__dict__.update({name: meant(said) for name, said in offered.items()})
        for unit in sorted(name for name in self.sources if "." not in name and name < self.unit):
            try:
                found = vars(importlib.import_module(unit))
            except Exception:
                continue  # reported when that unit itself is graded
            module.__dict__.update({name: value for name, value in found.items() if not name.startswith("_")})


def _taken(name: str) -> bool:
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or top in OWN


class _FixedPath(list[str]):
    """``sys.path`` as it is: adding to it has no effect."""

    def append(self, item: str) -> None: ...

    def extend(self, items: Iterable[str]) -> None: ...

    def insert(self, position: Any, item: str) -> None: ...

    def __iadd__(self, items: Iterable[str]) -> _FixedPath:  # type: ignore[override,misc]
        return self
