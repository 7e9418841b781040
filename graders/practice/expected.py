"""The expected file of a unit: what practice needs instead of the reference.

``expected.json`` names the runs; ``expected.safetensors`` holds their arrays, referenced by number: public inputs, and
the full outputs of the reference and of right variants. Of each misconception it has only sketches (shape, size, eight
projections), which contain no code, in tables named by exercise and run. Exercises that use code of earlier ones borrow
those exercises' misconceptions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from graders.compare.context import CounterModel
from graders.compare.conventions import Relabelling
from graders.compare.run_results import reference_fault
from graders.compare.sketches import Sketches, same
from graders.courses.course import Course
from graders.grading.oracle import Answers, PublicRun
from graders.messages.errors import CourseError
from graders.outline.interface import Interface
from graders.practice.known_models import models_of, told_models
from graders.practice.sketch_table import PARTS, SketchTable, packed
from graders.probe import Trace
from graders.probe.values import decode, encode
from graders.spec import Exercise

__all__ = ["Expected", "build_expected", "differences", "load_expected"]

SCHEMA = 3
SKETCHED = 1e-9  # relative: sketches are rounded, and projections cancel
FRESH = 1e-12  # relative: matmul and exp differ between CPU kernels in the last bits (measured)


@dataclass(frozen=True)
class Expected:
    """The public answers of one unit, as ``Answers`` would give them."""

    unit: str
    runs: Mapping[str, tuple[PublicRun, ...]]  # exercise symbol → its public runs
    models: Mapping[str, tuple[CounterModel, ...]]
    relabellings: Mapping[str, tuple[Relabelling, ...]] = field(default_factory=dict)
    interface: Interface = field(default_factory=dict)  # how the given definitions are called


# --- writing ---


def build_expected(course: Course, unit: str, answers: Answers) -> tuple[str, bytes]:
    """(expected.json, expected.safetensors) of a unit."""
    arrays: list[np.ndarray] = []
    tensors: dict[str, np.ndarray] = {}

    def stored(value: Any) -> Any:
        tree, found = encode(value)
        arrays.extend(found)
        return _shifted(tree, len(arrays) - len(found))

    def values(trace: Trace) -> list[list[Any]]:
        return [[name, stored(value)] for name, value in trace.outputs.items()]

    def run(symbol: str, names: Sequence[str], one: PublicRun) -> dict[str, Any]:
        table, parts = packed(names, one.sketches)
        tensors.update({_table_name(symbol, one.case.name, one.draw, part): array for part, array in parts.items()})
        return {
            "case": one.case.name,
            "draw": one.draw,
            "inputs": [[name, stored(value)] for name, value in one.inputs.items()],
            "outputs": values(one.trace),
            "sketches": table,
            "variants": {name: values(trace) for name, trace in one.variants.items()},
        }

    exercises = {}
    for symbol in course.spec(unit).exercises:
        models = told_models(answers.models(unit, symbol), runs := _answered(answers, unit, symbol))
        names = list(dict.fromkeys(name for one in runs for name in one.sketches if name not in models.silent))
        exercises[symbol] = {
            **models.to_dict(course.spec(unit).exercises),
            "relabellings": [_relabelling_to_dict(one) for one in answers.relabellings(unit, symbol)],
            "sketched": names,
            "runs": [run(symbol, names, one) for one in runs],
        }
    interface = {name: list(arguments) for name, arguments in answers.interface(unit).items()}
    whole = {"schema": SCHEMA, "unit": unit, "exercises": exercises, "interface": interface}
    text = json.dumps(whole, ensure_ascii=False, indent=0, sort_keys=True)
    tensors |= {str(place): array.copy(order="C") for place, array in enumerate(arrays)}
    return text + "\n", save_tensors(tensors)


def _answered(answers: Answers, unit: str, symbol: str) -> tuple[PublicRun, ...]:
    """The public runs of an exercise; BrokenError if the reference fails one."""
    runs = answers.public(unit, symbol)
    for one in runs:
        if one.trace.crash is not None:
            raise reference_fault(f"{unit}.{symbol}", one.trace.crash, one.case.name)
    return runs


def _table_name(symbol: str, case: str, draw: int, part: str) -> str:
    return f"{symbol}/{case}#{draw}/{part}"


def _shifted(tree: Any, by: int) -> Any:
    """The tree with its array numbers shifted, so that many values can share one list of arrays."""
    if isinstance(tree, list):
        if len(tree) == 2 and tree[0] in ("a", "g") and isinstance(tree[1], int):
            return [tree[0], tree[1] + by]
        return [_shifted(item, by) for item in tree]
    return tree


def _relabelling_to_dict(one: Relabelling) -> dict[str, Any]:
    return {**asdict(one), "note": dict(one.note)}


# --- reading ---


def load_expected(folder: Path, exercises: Mapping[str, Exercise]) -> Expected:
    """Read ``expected.json`` and ``expected.safetensors`` of ``folder`` for these exercises."""
    path = folder / "expected.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        tensors = load_tensors((folder / "expected.safetensors").read_bytes())
        if data["schema"] != SCHEMA:
            raise CourseError("expected.schema", path=str(path), schema=data["schema"], known=SCHEMA)
        absent = [symbol for symbol in exercises if symbol not in data["exercises"]]
        if absent:
            raise CourseError("expected.absent", path=str(path), names=", ".join(absent))
        arrays = _numbered(tensors)
        runs = {
            symbol: tuple(_run(exercises[symbol], run, entry["sketched"], tensors, arrays) for run in entry["runs"])
            for symbol, entry in data["exercises"].items()
            if symbol in exercises
        }
        models = models_of(data["exercises"])
        relabellings = {
            symbol: tuple(map(_relabelling, entry["relabellings"])) for symbol, entry in data["exercises"].items()
        }
        interface = {str(name): tuple(map(str, given)) for name, given in data.get("interface", {}).items()}
    except CourseError:
        raise
    except Exception as error:
        raise CourseError("expected.unreadable", path=str(path), kind=type(error).__name__, text=str(error)) from error
    return Expected(data["unit"], runs, models, relabellings, interface)


def _numbered(tensors: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    return [tensors[str(place)] for place in range(sum(map(str.isdecimal, tensors)))]


def _run(
    exercise: Exercise,
    data: Mapping[str, Any],
    sketched: Sequence[str],
    tensors: Mapping[str, np.ndarray],
    arrays: Sequence[np.ndarray],
) -> PublicRun:
    named = [case for case in exercise.cases if case.name == data["case"]]
    if not named:
        raise CourseError("expected.case", symbol=exercise.symbol, case=data["case"])
    (case,) = named
    inputs = {name: decode(tree, arrays) for name, tree in data["inputs"]}

    def trace(outputs: list[Any]) -> Trace:
        return Trace({name: decode(tree, arrays) for name, tree in outputs})

    variants = {name: trace(outputs) for name, outputs in data["variants"].items()}
    sketches = _table(exercise.symbol, data, sketched, tensors)
    return PublicRun(case, data["draw"], inputs, trace(data["outputs"]), sketches, variants)


def _table(
    symbol: str, run: Mapping[str, Any], sketched: Sequence[str], tensors: Mapping[str, np.ndarray]
) -> SketchTable:
    arrays = {part: tensors[_table_name(symbol, run["case"], run["draw"], part)] for part in PARTS}
    return SketchTable(sketched, run["sketches"], arrays)


def _relabelling(data: Mapping[str, Any]) -> Relabelling:
    order, signs = tuple(map(int, data["order"])), tuple(map(int, data["signs"]))
    return Relabelling(data["id"], order, signs, tuple(data["inputs"]), tuple(data["outputs"]), data["note"])


# --- freshness ---


def differences(made: tuple[str, bytes], kept: tuple[str, bytes]) -> list[str]:
    """How two expected files differ: text byte by byte, numbers beyond 1e-12 relative, sketches beyond 1e-9."""
    found = []
    left, right = json.loads(made[0]), json.loads(kept[0])
    new, old = load_tensors(made[1]), load_tensors(kept[1])
    sketches = list(_without_sketches(left, new)), list(_without_sketches(right, old))
    place = _first_difference(left, right, "expected.json")
    if place:
        found.append(place)
    if new.keys() != old.keys():
        found.append(f"expected.safetensors holds {len(old)} arrays, now {len(new)}")
    both = sorted(filter(str.isdecimal, new.keys() & old.keys()), key=int)
    changed = [name for name in both if not _equal(new[name], old[name])]
    if changed:
        found.append(f"{len(changed)} arrays of expected.safetensors, the first is {changed[0]}")
    elif not found:
        found += [said for said in map(_other_sketches, *sketches) if said][:1]
    return found


Tables = tuple[str, Mapping[str, Sketches]]  # the name of a run and its sketches


def _without_sketches(data: dict[str, Any], tensors: Mapping[str, np.ndarray]) -> Iterator[Tables]:
    """Take the tables out of a file: which of their values are shared may depend on a last bit."""
    if data.get("schema") != SCHEMA:
        return
    for symbol, entry in data["exercises"].items():
        for run in entry["runs"]:
            yield f"{symbol}/{run['case']}#{run['draw']}", _table(symbol, run, entry["sketched"], tensors)
            del run["sketches"]


def _other_sketches(new: Tables, old: Tables) -> str:
    """The first model of a run whose sketches differ, or ""."""
    where, (mine, others) = f"expected.safetensors: {new[0]}", (new[1], old[1])
    if mine.keys() != others.keys():
        return f"{where}: {sorted(mine.keys() ^ others.keys())}"
    for name in mine:
        one, two = mine[name], others[name]
        if (one.crash, one.outputs.keys()) != (two.crash, two.outputs.keys()):
            return f"{where}: {name}"
        for output, value in one.outputs.items():
            if value != two.outputs[output] and not same(value, two.outputs[output], SKETCHED):
                return f"{where}: {output} of {name}"
    return ""


def _equal(one: np.ndarray, two: np.ndarray) -> bool:
    return one.shape == two.shape and one.dtype == two.dtype and _close(one, two)


def _close(one: np.ndarray, two: np.ndarray) -> bool:
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, two))
    size = float(np.max(np.abs(two), initial=1.0, where=np.isfinite(two)))
    tolerance = FRESH if one.dtype == np.float64 else 1e-5
    return bool(np.allclose(one, two, rtol=tolerance, atol=tolerance * size, equal_nan=True))


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip("-").startswith("0x")


def _first_difference(left: Any, right: Any, where: str) -> str:
    """Where two JSON values first differ, or ""; floats may differ in the last bits."""
    if _is_hex(left) and _is_hex(right):
        left, right = float.fromhex(left), float.fromhex(right)
    if isinstance(left, float) and isinstance(right, int | float):
        return "" if abs(left - right) <= 1e-9 * max(1.0, abs(left), abs(right)) else f"{where}: {right} is now {left}"
    if type(left) is not type(right):
        return f"{where}: {right!r:.60} is now {left!r:.60}"
    if isinstance(left, dict):
        if left.keys() != right.keys():
            return f"{where}: {sorted(left.keys() ^ right.keys())}"
        return next(filter(None, (_first_difference(left[k], right[k], f"{where}.{k}") for k in left)), "")
    if isinstance(left, list):
        if len(left) != len(right):
            return f"{where}: {len(right)} entries are now {len(left)}"
        pairs = enumerate(zip(left, right, strict=True))
        return next(filter(None, (_first_difference(one, two, f"{where}[{i}]") for i, (one, two) in pairs)), "")
    return "" if left == right else f"{where}: {right!r:.60} is now {left!r:.60}"
