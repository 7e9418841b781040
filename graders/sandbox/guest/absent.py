"""Stand-ins for what a student's file imports but does not exist: they raise only when an exercise uses them.

A file copied whole from a book imports more than one exercise needs. Only imports of the student's own files are
affected, NumPy is untouched. Standard library only: the guest reads this file.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Imports", "StandIn"]

LONGEST = 200  # characters kept of Python's message


@dataclass
class Imports:
    """``__import__`` for the student's files (``files``, of which ``home`` is the graded one).

    ``note`` is told about failed imports. ``loading`` is set while the module is imported: only then may a
    stand-in be called, used as a decorator, or subclassed.
    """

    files: Collection[str]
    home: str
    note: Callable[[str], None]
    loading: bool = True
    _failed: dict[str, Exception] = field(default_factory=dict)  # a module that fails is not run again for each name

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """The module; or, outside any ``try``, stand-ins for the parts that cannot be imported."""
        wanted = tuple(fromlist or ())
        try:
            if name in self._failed and not level and name not in sys.modules:
                raise self._failed[name]
            module = builtins.__import__(name, globals, locals, wanted, level)
        except MemoryError:
            raise
        except Exception as error:
            self._failed[name] = error
            if self._handled():
                raise
            return self._in_place_of("." * level + name, wanted, error)
        absent = [one for one in wanted if one != "*" and not _has(module, one)]
        if not absent or self._handled():
            return module
        return _Partial(module, {one: self._stand_in(one, _no_name(one, module)) for one in absent})

    def _in_place_of(self, name: str, wanted: Sequence[str], error: Exception) -> Any:
        if "*" in wanted:
            self.note(f"absent:{name}")
            return types.ModuleType(name)
        if wanted:
            return _Partial(None, {one: self._stand_in(one, error) for one in wanted})
        top, _, rest = name.partition(".")
        if rest and sys.modules.get(top) is not None:  # ``import scipy.nothing`` binds scipy
            inner = rest.partition(".")[0]
            return _Partial(sys.modules[top], {inner: self._stand_in(f"{top}.{inner}", error)})
        return self._stand_in(top, error)

    def _stand_in(self, symbol: str, error: Exception) -> StandIn:
        frame = self._frame()
        where = f"line {frame.f_lineno}" if frame else "a line of its own"
        if frame and frame.f_code.co_filename != self.home:
            where += f" of {frame.f_code.co_filename}"
        return StandIn(self, symbol, error, where)

    def _frame(self) -> types.FrameType | None:
        """The innermost frame in the student's own code."""
        return next(self._frames(), None)

    def _frames(self) -> Iterator[types.FrameType]:
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename in self.files:
                yield frame
            frame = frame.f_back

    def _handled(self) -> bool:
        """Whether the student's code handles a failure: ``try: import cupy``, here or around the caller."""
        return any(start <= frame.f_lasti < end for frame in self._frames() for start, end in _guarded(frame.f_code))


def _guarded(code: types.CodeType) -> Iterator[tuple[int, int]]:
    """The ranges of a code object that have a handler (CPython's Objects/exception_handling_notes.txt)."""
    numbers: list[int] = []
    value = 0
    for byte in code.co_exceptiontable:
        value = value << 6 | byte & 63
        if not byte & 64:
            numbers.append(value)
            value = 0
    for start, length in zip(numbers[::4], numbers[1::4], strict=False):
        yield 2 * start, 2 * (start + length)


def _has(module: Any, name: str) -> bool:
    try:
        return hasattr(module, name)
    except Exception:
        return True  # Python itself reports what is wrong with it


def _no_name(name: str, module: Any) -> ImportError:
    return ImportError(f"cannot import name {name!r} from {getattr(module, '__name__', '?')!r}")


class _Partial:
    """A module as ``from … import`` sees it, with stand-ins for names that it lacks."""

    def __init__(self, module: Any, stand_ins: Mapping[str, StandIn]) -> None:
        self.__dict__.update(stand_ins)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_module"], name)


class StandIn:
    """Something not imported. While the file loads, it may be named, called, subclassed or used as a decorator."""

    def __init__(self, imports: Imports, symbol: str, error: Exception, where: str) -> None:
        vars(self).update(_imports=imports, _symbol=symbol, _error=error, _where=where)

    def complain(self) -> Any:
        """Raise what ``graders.compare.run_results`` parses: Python's words, the name and where it was imported."""
        own = isinstance(self._error, ImportError)
        kind = ModuleNotFoundError if isinstance(self._error, ModuleNotFoundError) else ImportError
        said = str(self._error) if own else f"{type(self._error).__name__}: {self._error}"
        raise kind(f"{said[:LONGEST]} [{self._symbol}, imported at {self._where}]")

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return "0"
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(self._imports, f"{self._symbol}.{name}", self._error, self._where)

    def __setattr__(self, name: str, value: Any) -> None:
        self()

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self if self._imports.loading else self.complain()

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type]:
        def new(cls: type, *args: Any, **options: Any) -> Any:
            return self()

        def derive(**options: Any) -> None: ...

        return (type("Absent", (), {"__new__": new, "__init_subclass__": staticmethod(derive)}),)

    def __instancecheck__(self, one: Any) -> bool:
        return not self()  # never returns True: it is False, or it raises

    def __exit__(self, *_: object) -> None: ...

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<{self._symbol}, which was not imported>"


def _deferred(self: StandIn, *_: Any) -> Any:
    return self()


def _refused(self: StandIn, *_: Any, **__: Any) -> Any:
    return self.complain()


_OPERATORS = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"]
_OPERATORS += ["and", "or", "xor", "lshift", "rshift"]
_VALUES = ["getitem", "setitem", "enter", "neg", "pos", "abs", "invert", "lt", "le", "gt", "ge", "eq", "ne"]
for _name in (*_OPERATORS, *(f"r{name}" for name in _OPERATORS), *(f"i{name}" for name in _OPERATORS), *_VALUES):
    setattr(StandIn, f"__{_name}__", _deferred)
for _name in ["bool", "iter", "len", "int", "float", "complex", "index", "contains", "array", "next"]:
    setattr(StandIn, f"__{_name}__", _refused)
