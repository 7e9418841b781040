"""Where to look for a mistake without a name: what is right in the same exercise, and where this output is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

from graders.compare.checks import CheckKey, runs_of
from graders.compare.forms import numbers, settled
from graders.compare.run_results import Marked, family_of
from graders.spec import LANGUAGES, Exercise

__all__ = ["located"]

Said = tuple[str, Mapping[str, str]]  # which sentence, and its fields

FEW = 4  # names in one sentence
MANY = 0.9  # share of wrong values above which the right ones may be chance
UNTOLD = ("type", "kind")  # the message already says what the value is

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "before": {
        "en": "Start with {first}: it comes before {name} and is wrong as well. It may be why {name} is wrong.",
        "ko": "{first}부터 고치세요. {name}보다 먼저 나오고 역시 틀립니다. {name}에는 다른 실수가 없을 수도 있습니다.",
    },
    "backward": {
        "en": "{right}: right; {name}: not. So the forward computation is right: look at the way back only.",
        "ko": "{right}: 맞음, {name}: 틀림. 순방향 계산은 맞으니 역방향 계산만 살펴보세요.",
    },
    "beside": {
        "en": "{right}: right; {name}: not. Look only at the lines that {name} does not share with what is right.",
        "ko": "{right}: 맞음, {name}: 틀림. 맞는 결과와 함께 쓰지 않는, {name}만의 줄을 살펴보세요.",
    },
    "alone": {
        "en": "Look at the line that makes {name}, and go back from there, value by value.",
        "ko": "{name} 값을 만드는 줄부터 거꾸로, 값 하나하나를 살펴보세요.",
    },
    "axis": {
        "en": "{name} is right where {axis} is 1 and wrong where it is larger: look at what runs over {axis}.",
        "ko": "{axis} 값이 1일 때는 {name}도 맞고, 더 크면 틀립니다. {axis} 방향으로 도는 계산을 살펴보세요.",
    },
    "number": {
        "en": "{name} is right where {input} is {value}, and wrong where it is not: look at what {input} does.",
        "ko": "{input} 값이 {value}일 때는 {name}도 맞고, 다른 값이면 틀립니다. {input} 값이 하는 일을 살펴보세요.",
    },
    "group": {
        "en": "{name} is right in “{right}” and wrong only in “{group}”: look at what is special about these inputs.",
        "ko": "{name} 결과는 “{right}”에서는 맞고 “{group}”에서만 틀립니다. 이 입력의 특별한 점을 살펴보세요.",
    },
    "all": {
        "en": "No value of {name} is right in any case: the mistake is in a step that every value goes through.",
        "ko": "{name} 값은 어느 사례에서도 하나도 맞지 않습니다. 모든 값이 거치는 단계에 실수가 있습니다.",
    },
    "some": {
        "en": "Some values of {name} are right and others are not: look at what tells their positions or inputs apart.",
        "ko": "{name} 값은 맞는 것도 있고 틀린 것도 있습니다. 그 자리나 입력이 무엇이 다른지 살펴보세요.",
    },
    "shape": {
        "en": "The shape of {name} differs: an axis is cut, joined or counted in another way than the task asks.",
        "ko": "{name}의 형상이 다릅니다. 축을 나누거나 합치거나 세는 방법이 문제와 다릅니다.",
    },
    "follow": {
        "en": "Once {first} is right, check again: what still differs then is a mistake of its own.",
        "ko": "{first} 결과가 맞으면 다시 확인하세요. 그때도 다른 것이 있으면 그것은 별개의 실수입니다.",
    },
    "hand": {
        "en": "Take the smallest case that fails and work out one value by hand: which line is the first to differ?",
        "ko": "틀린 사례 가운데 가장 작은 것으로 값 하나를 손으로 계산해 보세요. 처음으로 달라지는 줄은 어디인가요?",
    },
}


def located(exercise: Exercise, marked: Sequence[Marked], check: CheckKey) -> Mapping[str, tuple[str, ...]] | None:
    """Rungs per language made of facts: which outputs are right, where this one is, a question; None for a crash."""
    runs = runs_of(marked, check)
    marks = [one.marks[check[0]] for one in runs if check[0] in one.marks]
    kinds = {mark.difference.kind for mark in marks if mark.verdict == "fail" and mark.difference is not None}
    if not kinds or kinds & set(UNTOLD) or any(mark.verdict not in ("pass", "fail") for mark in marks):
        return None
    first = _first_wrong(exercise, marked, check)
    where = ("before", {"first": first}) if first else _beside(exercise, marked, check)
    fact = next(_facts(exercise, marked, runs, check, kinds), None)
    fact = ("follow", {"first": first}) if fact is None and first else fact
    rungs = [where, *([fact] if fact is not None else []), ("hand", {})]
    return {lang: tuple(_TEXTS[id][lang].format(name=check[0], **said) for id, said in rungs) for lang in LANGUAGES}


def _wrong(marked: Sequence[Marked], name: str, group: str) -> bool | None:
    """Whether an output is wrong anywhere in a group; None if it is absent."""
    verdicts = {one.verdict(name) for one in runs_of(marked, (name, group))}
    return bool(verdicts - {"pass"}) if verdicts else None


def _first_wrong(exercise: Exercise, marked: Sequence[Marked], check: CheckKey) -> str | None:
    name, group = check
    earlier = exercise.outputs[: exercise.outputs.index(name)]
    return next((one for one in earlier if _wrong(marked, one, group)), None)


def _beside(exercise: Exercise, marked: Sequence[Marked], check: CheckKey) -> Said:
    """What is right in the same runs."""
    name, group = check
    right = [one for one in exercise.outputs if _wrong(marked, one, group) is False]
    if not right:
        return "alone", {}
    gradient = exercise.gradients.get(name)
    forwards = {family_of(output) for output, _ in gradient.pairs()} if gradient is not None else set()
    sort = "backward" if forwards and forwards <= set(right) else "beside"
    return sort, {"right": ", ".join(right[:FEW])}


def _facts(
    exercise: Exercise, marked: Sequence[Marked], runs: Sequence[Marked], check: CheckKey, kinds: Set[str]
) -> Iterator[Said]:
    """Where this output is right, the most telling first."""
    name, group = check
    wrong = [one for one in runs if one.verdict(name) != "pass"]
    right = [one for one in runs if one.verdict(name) == "pass"]
    if any(one.run.shown for one in right):
        yield from _axes(wrong, right)
        yield from _numbers([one for one in wrong if one.run.shown], [one for one in right if one.run.shown])
    others = [other for other in exercise.groups if other != group and _wrong(marked, name, other) is False]
    if others:
        yield "group", {"right": "”, “".join(others[:FEW]), "group": group}
    if "shape" in kinds:
        yield "shape", {}
    elif kinds <= {"value", "finite"}:
        shares = [share for one in wrong if one.run.shown for share in _shares(one, name)]
        if shares and min(shares) == 1 and not right:
            yield "all", {}
        elif shares and max(shares) <= MANY:
            yield "some", {}


def _axes(wrong: Sequence[Marked], right: Sequence[Marked]) -> Iterator[Said]:
    for axis in wrong[0].run.dims:
        lengths = [one.run.dims.get(axis) for one in wrong]
        if all(one.run.dims.get(axis) == 1 for one in right) and all(length not in (1, None) for length in lengths):
            yield "axis", {"axis": axis}


def _numbers(wrong: Sequence[Marked], right: Sequence[Marked]) -> Iterator[Said]:
    """A number among the inputs with one value wherever this is right, and never where it is wrong."""
    for name, given in right[0].run.inputs.items():
        if not wrong or type(given) not in (int, float, bool) or name not in wrong[0].run.inputs:
            continue
        always = all(_same(one.run.inputs.get(name), given) for one in right) and len(right) > 1
        if always and not any(_same(one.run.inputs.get(name), given) for one in wrong):
            yield "number", {"input": name, "value": f"{given:g}"}


def _same(one: Any, other: Any) -> bool:
    return type(one) in (int, float, bool) and one == other


def _shares(one: Marked, name: str) -> Iterator[float]:
    """The share of wrong entries, for each wrong output of the family."""
    assert one.run.actual is not None
    for output in one.families[name]:
        actual = numbers(settled(one.run.actual.outputs.get(output)))
        wanted = numbers(settled(one.run.expected.outputs[output]))
        if actual is None or wanted is None or actual.shape != wanted.shape or not wanted.size:
            continue
        size = max(float(np.abs(wanted).max()), 1e-6)
        bad = ~(np.abs(actual.astype(np.float64) - wanted) <= one.tolerance(output) * size)
        if bad.any() and wanted.size > 1:
            yield float(bad.mean())
