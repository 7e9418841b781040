"""Inside one exercise's process: import the student's module, run the probe on every input, send each yield at once.

Everything here runs at the student's mercy: what it sends is judged outside. NumPy and the standard library only.
"""

from __future__ import annotations

import importlib
import sys
import time
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graders.probe import Crash, Trace, crash_of, observe
from graders.probe.values import Unsupported, encode
from graders.sandbox.guest.absent import StandIn
from graders.sandbox.guest.frames import frame
from graders.sandbox.guest.modules import StudentModules, file_of, remember
from graders.sandbox.guest.watched import LONGEST_S, numerical, worth_watching
from graders.sandbox.guest.withheld import Withheld
from graders.spec import Exercise, Inputs
from graders.spec.profile import Compatibility, Profile

__all__ = ["load_spec", "run_exercise"]

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
    """Import the unit once, then run the probe per (key, inputs); a crash on import is every run's crash.

    ``watch``: make one of them again at the end, to see how gradients are computed; a note says what was seen.
    """
    modules = StudentModules(sources, unit, exercise.profile.compatibility)
    author_file = file_of(unit)
    broken: Crash | None = None
    symbols: Mapping[str, Any] = {}
    with modules, Withheld(exercise.forbids) as withheld:
        try:
            symbols = vars(importlib.import_module(unit))
        except BaseException as error:  # sys.exit() at the top of a file is also the student's error
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
    """What ended the import; a stub called at the top of a file ends it, and is then not merely unwritten."""
    if isinstance(error, SyntaxError) and error.filename == author_file:
        lines = source.splitlines()
        line = error.lineno if error.lineno and error.lineno > 0 else None
        text = lines[line - 1].strip() if line and line <= len(lines) else ""
        return Crash(type(error).__name__, str(error.msg)[:500], line, text, importing=True)
    return replace(crash_of(error, author_file), missing=False, importing=True)


# --- the course's side -----------------------------------------------------------------------------------------------


def load_spec(unit: str, text: str, compatibility: Compatibility) -> dict[str, Exercise]:
    """The exercises of one file of ``graders/exercises/`` by symbol, in a course with this compatibility."""
    name = f"graders.exercises.{unit}"
    module = types.ModuleType(name)
    sys.modules[name] = module
    remember(f"{name}.py", text)
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    everywhere = module.__dict__["UNIT"].forbids if "UNIT" in module.__dict__ else ()
    own, profile = module.__dict__["EXERCISES"], Profile(compatibility)
    exercises = (replace(one, forbids=everywhere + one.forbids, profile=profile) for one in own)
    return {exercise.symbol: exercise for exercise in exercises}
