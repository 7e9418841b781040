"""Run a probe on a module and keep what it yields; the helpers that probes use.

Runs in the sandbox (on a student's code) and outside (on the reference): NumPy and the standard library only.
"""

from __future__ import annotations

import inspect
import os
import re
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.probe.operations import operation_at
from graders.probe.parameters import gradient_of, parameters_of, put_parameters, update
from graders.spec import Exercise, Inputs
from graders.spec.profile import Spellings

__all__ = [
    "Crash",
    "MissingSymbol",
    "Student",
    "Trace",
    "absent_gradient",
    "backward_of_loss",
    "call",
    "class_name",
    "construct",
    "crash_of",
    "gradient_of",
    "observe",
    "parameters_of",
    "put_parameters",
    "takes",
    "theirs",
    "unwritten_elsewhere",
    "update",
]


class MissingSymbol(Exception):
    """The module does not define what the exercise asks for."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.near = near


@dataclass(frozen=True)
class Crash:
    """An exception that ended a run: its class, its text, and the line of the author's file where it was raised.

    ``importing``: it ended the import of the module, so nothing in it could run. ``operation``: what was being done
    there, in our own words, and the operand shapes if known: ``matmul (7,3) (5,4)``.
    """

    kind: str
    text: str
    line: int | None = None
    source: str = ""
    missing: bool = False
    near: tuple[str, ...] = ()
    importing: bool = False
    operation: str = ""


@dataclass
class Trace:
    """What one run of a probe left behind: outputs in order, how it ended, inputs it overwrote, notes."""

    outputs: dict[str, Any] = field(default_factory=dict)
    crash: Crash | None = None
    overwritten: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Student:
    """The student's symbols by name, with the aliases of one exercise; absent ones raise ``MissingSymbol``."""

    def __init__(self, symbols: Mapping[str, Any], exercise: Exercise | None = None) -> None:
        self._symbols = symbols
        self._aliases = {exercise.symbol.split(".")[0]: exercise.aliases} if exercise else {}
        self.notes: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name in self._symbols:
            return self._symbols[name]
        for alias in self._aliases.get(name, ()):
            if alias in self._symbols:
                self.notes.append(f"alias:{alias}:{name}")
                return self._symbols[alias]
        import difflib  # only here: a guest starts faster without it

        defined = [symbol for symbol in self._symbols if not symbol.startswith("_")]
        folded = [symbol for symbol in defined if symbol.lower().replace("_", "") == name.lower().replace("_", "")]
        raise MissingSymbol(name, tuple(folded or difflib.get_close_matches(name, defined, 3, 0.7)))


def observe(
    exercise: Exercise,
    symbols: Mapping[str, Any],
    inputs: Inputs,
    emit: Callable[[str, Any], None] | None = None,
    author_file: str = "",
) -> Trace:
    """Run the probe on ``symbols``; every output goes to ``emit`` at once, so that a crash loses none before it.

    Inputs are copied first; arrays that the student's code wrote to are named in ``overwritten``.
    ``author_file`` is the file name whose last line in the traceback is reported; without it, the last file that is
    neither ours nor a library's (a notebook's cell).
    """
    trace = Trace()
    student = Student(symbols, exercise)
    given = {name: _copy(value) for name, value in inputs.items()}
    accepted = _SPELLINGS.set(exercise.profile.compatibility.spellings)
    try:
        for name, value in exercise.probe(student, **given):
            kept = _copy(value)  # a later step may overwrite what an earlier one returned
            trace.outputs[name] = kept
            if emit is not None:
                emit(name, kept)
    except Exception as error:
        home = str(symbols.get("__name__", "__main__"))
        trace.crash = _told_elsewhere(crash_of(error, author_file), error, home, exercise.symbol)
    finally:
        _SPELLINGS.reset(accepted)
    trace.overwritten = tuple(name for name in inputs if not _same(given[name], inputs[name]))
    trace.notes = tuple(dict.fromkeys(student.notes))
    return trace


def _copy(value: Any) -> Any:
    if type(value) is np.ndarray:
        return value.copy(order="K")
    if type(value) in (list, tuple):
        return type(value)(_copy(item) for item in value)
    if type(value) is dict:
        return {key: _copy(item) for key, item in value.items()}
    return value


def _same(left: Any, right: Any) -> bool:
    """Whether ``left``, which a student's code could change, still equals ``right``."""
    if isinstance(right, np.ndarray | list | tuple | dict) and type(left) is not type(right):
        return False
    if isinstance(right, np.ndarray):
        same = left.shape == right.shape and left.dtype == right.dtype
        return same and np.array_equal(left, right, equal_nan=right.dtype.kind in "fc")
    if isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in right)
    return True


LONGEST_KIND = 80  # characters of a class name

_HERE = os.path.dirname(os.path.dirname(__file__)).replace("\\", "/")
_PYTHON = os.path.dirname(os.__file__).replace("\\", "/")


def theirs(filename: str) -> bool:
    """Whether a file is an author's: not the platform's, an exercise's, a library's or Python's own."""
    name = filename.replace("\\", "/")
    ours = (f"{_HERE}/", f"{_PYTHON}/", "<frozen ")
    return not name.startswith(ours) and "graders/exercises" not in name and "/site-packages/" not in name


def crash_of(error: BaseException, author_file: str) -> Crash:
    """Describes an exception; it was raised at the last line of ``author_file`` (else of a file that is not ours)."""
    line, source, where, place = None, "", None, error.__traceback__
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == author_file if author_file else theirs(frame.filename):
            line, source, where = frame.lineno, frame.line or "", (frame, place)
        place = place.tb_next if place is not None else None
    missing = isinstance(error, MissingSymbol | NotImplementedError)
    near = error.near if isinstance(error, MissingSymbol) else ()
    try:
        text = str(error)[:500]
    except Exception:
        text = "(its text cannot be read)"
    operation = operation_at(where[0], where[1].tb_frame.f_locals) if where and where[1] is not None else ""
    return Crash(class_name(type(error).__name__), text, line, source, missing, near, operation=operation)


_UNWRITTEN = re.compile(r"\[(?P<symbol>[\w.]{1,130})(?:, line (?P<line>\d{1,7}) of (?P<file>[^\[\]\n]{1,100}))?\]")


def _told_elsewhere(crash: Crash, error: BaseException, home: str, symbol: str) -> Crash:
    """A stub elsewhere, called by code of ``symbol`` or its module ``home``: an error here, not itself a stub."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    modules = [str(frame.f_globals.get("__name__", home)) for frame in frames]
    names = [frame.f_code.co_qualname.partition(".<")[0] for frame in frames]
    last = frames[-1].f_code if frames else None
    if last is None or not isinstance(error, NotImplementedError) or home not in modules:
        return crash
    if modules[-1].startswith("graders.") or not theirs(last.co_filename):
        return crash
    calls, said = traceback.extract_tb(error.__traceback__), f"[{names[-1]}]"
    callers = [place for place, module in enumerate(modules) if module == home]
    if modules[-1] == home:
        makers = (symbol, f"{symbol.partition('.')[0]}.__init__")  # what is asked for, and what constructs its object
        callers = [place for place in callers[:-1] if f"{names[place]}.".startswith(tuple(f"{one}." for one in makers))]
        if not callers or f"{names[-1]}.".startswith(f"{symbol}."):
            return crash
    else:
        file = os.path.basename(last.co_filename.replace("\\", "/").strip("<>"))
        said = f"[{names[-1]}, line {calls[-1].lineno} of {file}]"
    if _UNWRITTEN.fullmatch(said) is None:
        return crash
    use = calls[callers[-1]]
    return Crash(NotImplementedError.__name__, said, use.lineno, use.line or "")


def unwritten_elsewhere(crash: Crash) -> Mapping[str, str | None] | None:
    """The ``symbol`` of an unwritten function that ended a run; if it is in another file, also where."""
    used = crash.kind == NotImplementedError.__name__ and not crash.missing
    found = _UNWRITTEN.fullmatch(crash.text) if used else None
    return found.groupdict() if found else None


def class_name(name: str) -> str:
    """A class name as one short word: ``type("a\\n=1", …)`` may call a class anything."""
    return re.sub(r"[^\w.]", "_", str(name))[:LONGEST_KIND]


# --- helpers for probes ---

# Spellings of one keyword option in the course whose probe is running: ``call`` knows only the student's function.
_SPELLINGS: ContextVar[Spellings] = ContextVar("spellings", default=())


def call(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call with keyword options in whichever spelling the student chose among those that the course accepts."""
    if options:
        try:
            known = set(inspect.signature(function).parameters)
        except (TypeError, ValueError):
            known = set(options)
        options = {_spelling(name, known): value for name, value in options.items()}
    return function(*args, **options)


construct = call  # the same spelling rules hold for a class


def takes(function: Callable[..., Any], *args: Any) -> bool:
    """Whether a function or class can be called with these arguments, as far as its signature tells."""
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        return False
    except ValueError:
        pass  # its signature cannot be read
    return True


def _spelling(name: str, known: set[str]) -> str:
    if name in known:
        return name
    for group in _SPELLINGS.get():
        if name in group:
            return next((other for other in group if other in known), name)
    return name


def backward_of_loss(layer: Any, dout: float = 1.0) -> Any:
    """``layer.backward()`` of the graph's last node; ``dout`` is passed if it is not 1 or has no default."""
    try:
        taken = inspect.signature(layer.backward).parameters.values()
    except (TypeError, ValueError):
        return layer.backward() if dout == 1 else layer.backward(dout)
    by_place = [one for one in taken if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    needed = any(one.default is one.empty for one in by_place)
    taken_at_all = by_place or any(one.kind is one.VAR_POSITIONAL for one in taken)
    return layer.backward(dout) if needed or (taken_at_all and dout != 1) else layer.backward()


_NO_GRADIENT = re.compile(r"no gradient (d\w+): neither \.\1 nor \.grads holds it after backward\(\)")


def absent_gradient(crash: Crash) -> str:
    """The gradient that ``gradient_of`` did not find, if that ended a run; else ""."""
    found = _NO_GRADIENT.fullmatch(crash.text) if crash.kind == "AttributeError" else None
    return found[1] if found else ""
