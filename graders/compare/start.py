"""How to begin an unwritten exercise: the course's own words, what goes in and out, a small case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graders.compare.arrays import size_of
from graders.compare.context import Run
from graders.spec import LANGUAGES, Exercise, family

__all__ = ["start_ladder"]

Ladder = Mapping[str, tuple[str, ...]]

FEW = 8  # numbers in an array small enough to work with by hand
NAMED = 8  # inputs listed

_ONE = {
    "en": "Begin with a line that gives {output} the right shape, check that, and then put the formula in its place. "
    "The lesson has it where “{title}” is explained.",
    "ko": "먼저 형상이 맞는 {output} 값을 돌려주는 줄을 쓰고 확인한 다음, 그 자리에 식을 넣으세요. "
    "식은 단원의 “{title}” 설명에 있습니다.",
}
_MANY = {
    "en": "Begin with {output} alone, and check again before you go on to {others}. The lesson has the formulas "
    "where “{title}” is explained.",
    "ko": "먼저 {output} 하나만 구하고 확인한 다음 {others} 차례로 넘어가세요. 식은 단원의 “{title}” 설명에 있습니다.",
}
_SHAPES = {
    "en": "Write the shapes down first. In: {given}. Out: {wanted}.",
    "ko": "먼저 형상을 적어 보세요. 입력: {given}. 출력: {wanted}.",
}
_BY_HAND = {
    "en": "Work a small case by hand, then let your code do the same: with {given}, {wanted}.",
    "ko": "작은 사례를 손으로 계산한 다음 같은 순서로 코드를 쓰세요. 입력이 {given}이면 결과는 {wanted}입니다.",
}
_NUMBER = {"en": "a number", "ko": "숫자"}


def start_ladder(exercise: Exercise, runs: Sequence[Run], output: str) -> Ladder:
    """Rungs per language for a student who must write ``output`` first; from public runs only."""
    public = [run for run in runs if run.public and not run.case.note]
    return {lang: tuple(_rungs(exercise, public, output, lang)) for lang in LANGUAGES}


def _rungs(exercise: Exercise, runs: Sequence[Run], output: str, lang: str) -> Iterator[str]:
    others = [one for one in exercise.outputs if one != output]
    words = {
        "output": output,
        "others": ", ".join(others),
        "title": exercise.title.get(lang) or next(iter(exercise.title.values())),
    }
    yield exercise.start.get(lang) or (_MANY if others else _ONE)[lang].format(**words)
    drawn = min((run for run in runs if run.case.hidden), key=_numbers, default=None)
    if drawn is not None:
        yield _SHAPES[lang].format(given=_form(_given(drawn), lang), wanted=_form(_wanted(drawn), lang))
    upstream = {up for one in exercise.gradients.values() for _, up in one.pairs()}  # of no use to the forward
    later = set() if output in exercise.gradients else upstream
    small = min((run for run in runs if not run.case.hidden and _by_hand(run, output)), key=_numbers, default=None)
    if small is not None:
        given = {name: value for name, value in _given(small).items() if name not in later}
        yield _BY_HAND[lang].format(given=_values(given), wanted=_values({output: _wanted(small)[output]}))


def _given(run: Run) -> dict[str, Any]:
    return {name: value for name, value in run.inputs.items() if not isinstance(value, str)}


def _wanted(run: Run) -> dict[str, Any]:
    """The first value of each family of outputs."""
    found: dict[str, Any] = {}
    for name, value in run.expected.outputs.items():
        found.setdefault(family(name), value)
    return found


def _numbers(run: Run) -> int:
    return sum(size_of(value) for value in run.inputs.values() if not isinstance(value, dict))


def _by_hand(run: Run, output: str) -> bool:
    """Whether all inputs and ``output`` are just a few numbers."""
    values = [*_given(run).values(), _wanted(run).get(output)]
    return all(isinstance(value, int | float | np.ndarray | np.generic) and np.size(value) <= FEW for value in values)


def _form(values: Mapping[str, Any], lang: str) -> str:
    kept = list(values.items())[:NAMED]
    more = ["…"] if len(values) > NAMED else []
    return ", ".join([f"{name} {_shape(value, lang)}" for name, value in kept] + more)


def _shape(value: Any, lang: str) -> str:
    if isinstance(value, dict):
        return "{" + _form(value, lang) + "}"
    if isinstance(value, list | tuple):
        return f"[{len(value)}]"
    shape = np.shape(value)
    return str(shape) if shape else f"({_NUMBER[lang]})"


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_text(value)}" for name, value in values.items())


def _text(value: Any) -> str:
    array = np.asarray(value)
    text = np.array2string(array, precision=4, separator=", ")
    return f"{array.item():.4g}" if array.shape == () else text.replace("\n", "")
