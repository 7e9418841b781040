"""What an exercise uses of its unit's solution, found in the text: it also shows earlier exercises' mistakes."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import CodeType
from typing import Any

from graders.grading.counter_models import Alteration
from graders.spec import Exercise

__all__ = ["borrowed"]

Definition = ast.FunctionDef | ast.ClassDef


def borrowed(
    source: str, exercise: Exercise, exercises: Iterable[str], alterations: Sequence[Alteration]
) -> tuple[Alteration, ...]:
    """The misconceptions of earlier exercises (of all ``exercises``, in order) in code that this one uses."""
    earlier = set(itertools.takewhile(lambda name: name != exercise.symbol, exercises))
    lending = [one for one in alterations if one.model.kind == "misconception" and one.exercise in earlier]
    steps = _steps(source, exercise) if lending else {}
    found = []
    for one in lending:
        near = [steps[name] for name in steps if name == one.symbol or name.startswith(f"{one.symbol}.")]
        if near:
            lent = one.model.lent(one.exercise, min(near))
            found.append(replace(one, exercise=exercise.symbol, model=lent, edits_on={}))
            if _met_by_the_probe(exercise, one.symbol):
                model = one.model.lent(one.exercise, min(near), apart=True)
                found.append(replace(found[-1], model=model, apart=True))
    return tuple(found)


def _met_by_the_probe(exercise: Exercise, symbol: str) -> bool:
    """Whether the probe itself calls this method, while the exercise asks for another method of the class."""
    owner, _, method = symbol.partition(".")
    asked = exercise.symbol.partition(".")
    return bool(method and asked[2]) and owner == asked[0] and method in _names_of(exercise.probe.__code__)


def _steps(source: str, exercise: Exercise) -> Mapping[str, int]:
    """Function or ``Class.method`` → the number of uses that lead there; what the probe calls is one step further."""
    uses = _uses(source)
    owner, _, method = exercise.symbol.partition(".")
    called = _names_of(exercise.probe.__code__)
    probed = {name for name in uses if "." not in name and name in called}
    methods = {name for name in uses if name.startswith(f"{owner}.") and name.rpartition(".")[2] in called}
    start = [exercise.symbol, f"{owner}.__init__"] if method else [owner, *_methods(uses, owner)]
    found = dict.fromkeys((name for name in start if name in uses), 1)
    waiting = list(found)
    constructed = {one for name in probed for one in (name, *_methods(uses, name))}
    for name in sorted((methods | constructed) - found.keys()):
        found[name] = 2
        waiting.append(name)
    for name in waiting:
        for used in uses[name]:
            if used not in found:
                found[used] = found[name] + 1
                waiting.append(used)
    return found


def _methods(uses: Iterable[str], owner: str) -> list[str]:
    return [name for name in uses if name.startswith(f"{owner}.")]


def _names_of(code: CodeType) -> set[str]:
    """Every name that code calls or reads, including in functions inside it."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names_of, inner))


@functools.lru_cache(maxsize=32)
def _uses(source: str) -> Mapping[str, tuple[str, ...]]:
    """Function, class or ``Class.method`` → the functions and methods of the text that it uses directly."""
    top = [node for node in ast.parse(source).body if isinstance(node, Definition)]
    methods = {
        f"{owner.name}.{node.name}": node
        for owner in top
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.FunctionDef)
    }
    names = {node.name for node in top}
    found: dict[str, tuple[str, ...]] = {node.name: () for node in top if isinstance(node, ast.ClassDef)}
    for name, node in [*methods.items(), *((node.name, node) for node in top if isinstance(node, ast.FunctionDef))]:
        owner = name.rpartition(".")[0]
        found[name] = tuple(dict.fromkeys(_used(node, owner, names, methods)))
    return found


def _used(node: ast.AST, owner: str, names: set[str], methods: Mapping[str, Any]) -> Iterator[str]:
    """Names of the module with their methods, and methods of its own class."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in names:
            yield one.id
            yield from _methods(methods, one.id)
        elif isinstance(one, ast.Attribute) and f"{owner}.{one.attr}" in methods:
            yield f"{owner}.{one.attr}"
