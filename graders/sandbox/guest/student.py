"""Inside one exercise's process: import the student's module, run the probe on every input, send each yield at once.

Everything here runs at the student's mercy: what is sent is judged outside. NumPy and the standard library only.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import linecache
import sys
import time
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graders.probe import Crash, Trace, crash_of, observe
from graders.sandbox.guest.absent import Imports, StandIn
from graders.sandbox.guest.frames import frame
from graders.sandbox.guest.inert import InertModule
from graders.sandbox.guest.watched import LONGEST_S, numerical, worth_watching
from graders.sandbox.guest.withheld import Withheld
from graders.spec import Exercise, Inputs
from graders.values import Unsupported, encode

if TYPE_CHECKING:
    from importlib.abc import Loader  # importing it takes 7 ms, a tenth of a guest's start

__all__ = ["StudentModules", "load_spec", "run_exercise"]

Send = Callable[[bytes], None]


def run_exercise(
    exercise: Exercise,
    unit: str,
    sources: Mapping[str, str],
    runs: Iterable[tuple[str, Inputs]],
    send: Send,
    answer_bytes: int,
    watch: bool = False,
) -> None:
    """Import the unit once, then run the probe per (key, inputs); a crash on import is the crash of every run.

    ``watch``: one of them is made again at the end, to see how gradients are computed; a note says what was seen.
    """
    modules = StudentModules(sources, unit)
    author_file = file_of(unit)
    broken: Crash | None = None
    symbols: Mapping[str, Any] = {}
    with modules, Withheld(exercise.forbids) as withheld:
        try:
            symbols = vars(importlib.import_module(unit))
        except BaseException as error:  # sys.exit() at the top of a file, too, is an error of theirs
            broken = _crash(error, author_file, sources.get(unit, ""))
        modules.imports.loading = False
        withheld.armed = True
        runs, quick = list(runs), []
        for key, inputs in runs:
            start = time.monotonic()
            send(frame({"kind": "begin", "key": key}))
            trace = Trace(crash=broken)
            if broken is None:
                trace = _observe(exercise, symbols, inputs, _emitter(key, send, answer_bytes), author_file)
            if watch and time.monotonic() - start < LONGEST_S and worth_watching(exercise, inputs):
                quick.append(inputs)
            last = bool(quick) and key == runs[-1][0] and trace.crash is None
            if last and (how := numerical(exercise, symbols, min(quick, key=_size))):
                modules.note(f"numeric:{how}")
            send(frame(_end(key, trace, modules.notes)))


def _size(inputs: Inputs) -> int:
    return sum(np.size(value) for value in inputs.values() if isinstance(value, np.ndarray))


def _observe(
    exercise: Exercise,
    symbols: Mapping[str, Any],
    inputs: Inputs,
    emit: Callable[[str, Any], None],
    file: str,
) -> Trace:
    try:
        return observe(exercise, symbols, inputs, emit, file)
    except BaseException as error:  # SystemExit, KeyboardInterrupt and the like: raised by the student's code
        return Trace(crash=crash_of(error, file))


def _emitter(key: str, send: Send, answer_bytes: int) -> Callable[[str, Any], None]:
    def emit(name: str, value: Any) -> None:
        if type(value) is StandIn:
            value.complain()
        tree, arrays = encode(value)
        if sum(array.nbytes for array in arrays) > answer_bytes:
            detail = f"size {answer_bytes >> 20} MB"
            tree, arrays = encode(Unsupported(type(value).__name__, detail))
        send(frame({"kind": "output", "key": key, "output": str(name)[:200], "tree": tree}, arrays))

    return emit


def _end(key: str, trace: Trace, notes: Sequence[str]) -> dict[str, Any]:
    crash = trace.crash
    body = None
    if crash is not None:
        body = {
            "kind": crash.kind[:200],
            "text": crash.text[:500],
            "line": crash.line,
            "source": crash.source[:500],
            "missing": crash.missing,
            "near": [name[:200] for name in crash.near[:100]],
            "importing": crash.importing,
            "operation": crash.operation[:200],
        }
    said = [note[:200] for note in (*notes, *trace.notes)][:100]
    return {"kind": "end", "key": key, "crash": body, "overwritten": list(trace.overwritten), "notes": said}


def _crash(error: BaseException, author_file: str, source: str) -> Crash:
    """What ended the import; a stub that is called at the top of a file stops it, and is not merely unwritten."""
    if isinstance(error, SyntaxError) and error.filename == author_file:
        lines = source.splitlines()
        line = error.lineno if error.lineno and error.lineno > 0 else None
        text = lines[line - 1].strip() if line and line <= len(lines) else ""
        return Crash(type(error).__name__, str(error.msg)[:500], line, text, importing=True)
    return replace(crash_of(error, author_file), missing=False, importing=True)


# --- the course's side -----------------------------------------------------------------------------------------------


def load_spec(unit: str, text: str) -> dict[str, Exercise]:
    """The exercises of one file of ``graders/exercises/`` by symbol."""
    name = f"graders.exercises.{unit}"
    module = types.ModuleType(name)
    sys.modules[name] = module
    _remember(f"{name}.py", text)
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    everywhere = module.__dict__["UNIT"].forbids if "UNIT" in module.__dict__ else ()
    exercises = (replace(one, forbids=everywhere + one.forbids) for one in module.__dict__["EXERCISES"])
    return {exercise.symbol: exercise for exercise in exercises}


def file_of(module: str) -> str:
    """The file name a student sees in a traceback: ``u06_backprop.py``, ``common/functions.py``."""
    return module.replace(".", "/") + ".py"


def _remember(file: str, text: str) -> None:
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)


# --- the student's modules -------------------------------------------------------------------------------------------

# The books' packages: what the upload does not have is found among the student's own units.
BOOK_PACKAGES = ("common", "dataset")
# Drawing and progress bars do nothing here; importing them is no fault.
INERT = ("IPython", "japanize_matplotlib", "matplotlib", "mpl_toolkits", "pylab", "seaborn", "tqdm")
OWN = ("graders", "numpy", "torch")

# Names that NumPy dropped and the books still use.
OLD_NUMPY: Mapping[str, Any] = {
    "int": int,
    "float": float,
    "bool": bool,
    "object": object,
    "str": str,
    "complex": complex,
    "float_": np.float64,
    "Inf": np.inf,
    "Infinity": np.inf,
    "infty": np.inf,
    "NaN": np.nan,
    "product": np.prod,
    "cumproduct": np.cumprod,
    "alltrue": np.all,
    "sometrue": np.any,
    "row_stack": np.vstack,
}


def _parents(name: str) -> list[str]:
    """``a.b.c`` → ``a``, ``a.b``."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


class StudentModules:
    """Imports from the submission's texts while it is entered; ``notes`` says which old habits it met."""

    def __init__(self, sources: Mapping[str, str], unit: str) -> None:
        self.unit = unit
        self.sources = {name: text for name, text in sources.items() if not _taken(name)}
        self.packages = {parent for name in self.sources for parent in _parents(name)} | set(BOOK_PACKAGES)
        self.notes: list[str] = []
        self.loaded: list[str] = []
        self.imports = Imports({file_of(name) for name in self.sources}, file_of(unit), self.note)

    def __enter__(self) -> StudentModules:
        self._path = sys.path
        sys.path = _FixedPath(sys.path)
        sys.meta_path.insert(0, self)
        self._numpy_getattr = np.__dict__.get("__getattr__")
        np.__dict__["__getattr__"] = self._old_numpy
        return self

    def __exit__(self, *_: object) -> None:
        if self._numpy_getattr is not None:
            np.__dict__["__getattr__"] = self._numpy_getattr
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        sys.path = self._path
        for name in self.loaded:
            sys.modules.pop(name, None)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _old_numpy(self, name: str) -> Any:
        if name in OLD_NUMPY:
            self.note(f"shim:np.{name}")
            return OLD_NUMPY[name]
        if self._numpy_getattr is None:
            raise AttributeError(f"module 'numpy' has no attribute {name!r}")
        return self._numpy_getattr(name)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = fullname.partition(".")[0]
        ours = fullname in self.sources or fullname in self.packages or top in BOOK_PACKAGES or top in INERT
        if not ours:
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
            _remember(file, text)
            module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self.imports}
            exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)
        elif name.partition(".")[0] in BOOK_PACKAGES and name not in self.packages:
            self._gather(module)

    def _gather(self, module: types.ModuleType) -> None:
        """``common.layers`` that was not handed in: the names of the student's earlier units, the latest last."""
        self.note(f"common:{module.__name__}")
        module.__dict__.update({"np": np, "GPU": False, "to_cpu": np.asarray, "to_gpu": np.asarray})
        for unit in sorted(name for name in self.sources if "." not in name and name < self.unit):
            try:
                found = vars(importlib.import_module(unit))
            except Exception:
                continue  # said when that unit itself is graded
            module.__dict__.update({name: value for name, value in found.items() if not name.startswith("_")})


def _taken(name: str) -> bool:
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or top in OWN


class _FixedPath(list[str]):
    """``sys.path`` as it is: adding to it neither helps nor hurts."""

    def append(self, item: str) -> None: ...

    def extend(self, items: Iterable[str]) -> None: ...

    def insert(self, position: Any, item: str) -> None: ...

    def __iadd__(self, items: Iterable[str]) -> _FixedPath:  # type: ignore[override,misc]
        return self
