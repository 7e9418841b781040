"""Run a probe on somebody's module and keep what it yields; the small hands that probes use.

Runs in the sandbox (on a student's code) and outside (on the reference): NumPy and the standard library only.
"""

from __future__ import annotations

import inspect
import os
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.spec import Exercise

__all__ = [
    "Crash",
    "MissingSymbol",
    "Student",
    "Trace",
    "absent_gradient",
    "call",
    "construct",
    "crash_of",
    "gradient_of",
    "observe",
    "parameters_of",
    "put_parameters",
    "theirs",
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
    """An exception that ended a run: its class, its text, and the line of the author's file where it rose."""

    kind: str
    text: str
    line: int | None = None
    source: str = ""
    missing: bool = False
    near: tuple[str, ...] = ()


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
    inputs: Mapping[str, Any],
    emit: Callable[[str, Any], None] | None = None,
    author_file: str = "",
) -> Trace:
    """Run the probe on ``symbols``; every output goes to ``emit`` at once, so that a crash loses nothing before it.

    Inputs are copied first; arrays that the student's code wrote into are named in ``overwritten``.
    ``author_file`` is the file name whose last line in the traceback is reported; without it, the last file that is
    neither ours nor a library's (a notebook's cell).
    """
    trace = Trace()
    student = Student(symbols, exercise)
    given = {name: _copy(value) for name, value in inputs.items()}
    try:
        for name, value in exercise.probe(student, **given):
            kept = _copy(value)  # a later step may overwrite what an earlier one returned
            trace.outputs[name] = kept
            if emit is not None:
                emit(name, kept)
    except Exception as error:
        trace.crash = crash_of(error, author_file)
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
    """Whether ``left``, which a student's code has had in its hands, is still ``right``."""
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


_HERE = os.path.dirname(__file__).replace("\\", "/")
_PYTHON = os.path.dirname(os.__file__).replace("\\", "/")


def theirs(filename: str) -> bool:
    """Whether a file is an author's: not the platform's, an exercise's, a library's or Python's own."""
    name = filename.replace("\\", "/")
    ours = (f"{_HERE}/", f"{_PYTHON}/", "<frozen ")
    return not name.startswith(ours) and "graders/exercises" not in name and "/site-packages/" not in name


def crash_of(error: BaseException, author_file: str) -> Crash:
    """What is said of an exception; the last line of ``author_file`` (else of a file not ours) is where it rose."""
    line, source = None, ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == author_file if author_file else theirs(frame.filename):
            line, source = frame.lineno, frame.line or ""
    missing = isinstance(error, MissingSymbol | NotImplementedError)
    near = error.near if isinstance(error, MissingSymbol) else ()
    try:
        text = str(error)[:500]
    except Exception:
        text = "(its text cannot be read)"
    return Crash(type(error).__name__, text, line, source, missing, near)


# --- hands for probes ---

_SPELLINGS = (
    ("lr", "learning_rate"),
    ("train_flg", "train_flag", "training", "train"),
    ("beta1", "beta_1"),
    ("beta2", "beta_2"),
    ("decay_rate", "rho"),
    ("dropout_ratio", "p", "rate"),
)


def call(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call with keyword options under whichever accepted spelling the student chose (``lr`` or ``learning_rate``)."""
    if options:
        try:
            known = set(inspect.signature(function).parameters)
        except (TypeError, ValueError):
            known = set(options)
        options = {_spelling(name, known): value for name, value in options.items()}
    return function(*args, **options)


construct = call  # the same spelling rules hold for a class


def _spelling(name: str, known: set[str]) -> str:
    if name in known:
        return name
    for group in _SPELLINGS:
        if name in group:
            return next((other for other in group if other in known), name)
    return name


def gradient_of(layer: Any, name: str) -> Any:
    """The gradient of parameter ``name`` ("W", "b", "gamma"): ``layer.dW``, ``layer.dw``, or its place in ``grads``.

    In a list ``grads`` the place is that of the array in ``params`` that is ``layer.<name>``; else, W before b.
    """
    for attribute in (f"d{name}", f"d{name.lower()}"):
        if getattr(layer, attribute, None) is not None:
            return getattr(layer, attribute)
    grads = getattr(layer, "grads", None)
    if isinstance(grads, dict) and name in grads:
        return grads[name]
    if isinstance(grads, list | tuple) and grads:
        params, own = getattr(layer, "params", ()), getattr(layer, name, None)
        for position, param in enumerate(params):
            if own is not None and param is own:
                return grads[position]
        order = {"W": 0, "Wx": 0, "Wh": 1, "b": len(grads) - 1, "gamma": 0, "beta": 1}
        if name in order and order[name] < len(grads):
            return grads[order[name]]
    raise AttributeError(f"no gradient d{name}: neither .d{name} nor .grads holds it after backward()")


_NO_GRADIENT = re.compile(r"no gradient (d\w+): neither \.\1 nor \.grads holds it after backward\(\)")


def absent_gradient(crash: Crash) -> str:
    """The gradient that ``gradient_of`` did not find, where that ended a run; else nothing."""
    found = _NO_GRADIENT.fullmatch(crash.text) if crash.kind == "AttributeError" else None
    return found[1] if found else ""


def parameters_of(model: Any) -> list[np.ndarray]:
    """A model's parameter arrays: ``params`` as a list, or as a dict in insertion order."""
    params = model.params
    return list(params.values()) if isinstance(params, dict) else list(params)


def put_parameters(model: Any, values: Mapping[str, np.ndarray] | list[np.ndarray]) -> None:
    """Write parameters in place: by name in a dict, else by shape, those of one shape in order."""
    if isinstance(model.params, dict) and isinstance(values, Mapping):
        for name, value in values.items():
            model.params[name][...] = value
        return
    wanted = list(values.values()) if isinstance(values, Mapping) else list(values)
    targets = parameters_of(model)
    for position, value in enumerate(wanted):
        fits = [target for target in targets if np.shape(target) == np.shape(value)]
        same = [place for place, other in enumerate(wanted) if np.shape(other) == np.shape(value)]
        target = fits[same.index(position)] if len(fits) == len(same) else targets[position]
        target[...] = value


def update(optimizer: Any, params: dict[str, np.ndarray], grads: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """One optimizer step over dicts (book 1) or lists (book 2), whichever the optimizer takes; returns the parameters.

    The style is found once, on the first call, and kept on the optimizer.
    """
    style = getattr(optimizer, "_deepgrade_style", None)
    if style is None:
        style = _update_style(optimizer, params)
        try:
            optimizer._deepgrade_style = style
        except AttributeError:
            pass
    if style == "dict":
        optimizer.update(params, grads)
    else:
        listed = list(params.values())
        optimizer.update(listed, list(grads.values()))
        params.update(zip(params, listed, strict=True))  # an optimizer that rebinds entries is seen in both styles
    return params


def _update_style(optimizer: Any, params: dict[str, np.ndarray]) -> str:
    """Try a copy of the optimizer on throw-away zeros: whichever form it accepts is its style."""
    import copy

    zeros = {name: np.zeros_like(value) for name, value in params.items()}
    for style, form in (("dict", lambda d: d), ("list", lambda d: list(d.values()))):
        try:
            copy.deepcopy(optimizer).update(form(zeros), form({k: np.zeros_like(v) for k, v in zeros.items()}))
            return style
        except NotImplementedError:
            return "dict"
        except Exception:
            continue
    return "dict"
