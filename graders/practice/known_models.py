"""The counter-models in an expected file: an exercise's own in full, borrowed ones by reference to their exercise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graders.compare.context import APART, CounterModel, Group
from graders.compare.sketches import sketch
from graders.compare.tolerance import TAU
from graders.grading.oracle import PublicRun

__all__ = ["Told", "models_of", "told_models"]


@dataclass(frozen=True)
class Told:
    """The models of one exercise that its file lists; ``silent``: ids of borrowed ones that change nothing."""

    own: tuple[CounterModel, ...]
    borrowed: tuple[CounterModel, ...]
    silent: frozenset[str]

    def to_dict(self, exercises: Iterable[str]) -> dict[str, Any]:
        return {
            "models": [_model_to_dict(model) for model in self.own],
            "borrowed": [[*_lender(exercises, model), model.steps, bool(model.called)] for model in self.borrowed],
        }


def told_models(models: Sequence[CounterModel], runs: Sequence[PublicRun]) -> Told:
    """What is kept of an exercise's models: all its own, and the borrowed ones that show in its public runs."""
    lent = [model for model in models if model.kind == "borrowed"]
    right = [sketch(one.trace) for one in runs] if lent else []

    def tells(model: CounterModel) -> bool:
        pairs = zip(right, (one.sketches[model.id] for one in runs), strict=True)
        return any(not mine.agrees(wrong, name, TAU["float64"]) for mine, wrong in pairs for name in mine.outputs)

    telling = tuple(model for model in lent if tells(model))
    silent = frozenset(model.id for model in lent) - {model.id for model in telling}
    return Told(tuple(model for model in models if model.kind != "borrowed"), telling, silent)


def _lender(exercises: Iterable[str], model: CounterModel) -> tuple[str, str]:
    """The exercise that owns a borrowed misconception, and its id there."""
    owner = max((name for name in exercises if model.id.startswith(f"{name}.")), key=len)
    return owner, model.id.removeprefix(f"{owner}.").removesuffix(APART)


def _model_to_dict(model: CounterModel) -> dict[str, Any]:
    hints = {lang: list(texts) for lang, texts in model.hints.items()}
    return {
        "id": model.id,
        "kind": model.kind,
        "hints": hints,
        "twins": list(model.indistinguishable_from),
        "title": dict(model.title),
        "eps": model.eps,
        "groups": list(model.groups),
        **({"shared": asdict(model.shared)} if model.shared is not None else {}),
    }


def models_of(exercises: Mapping[str, Any]) -> dict[str, tuple[CounterModel, ...]]:
    """Each exercise's own models and those it borrows."""
    own = {symbol: tuple(map(_model, entry["models"])) for symbol, entry in exercises.items()}
    known = {(symbol, model.id): model for symbol, models in own.items() for model in models}
    lent = {
        symbol: tuple(
            known[owner, id].lent(owner, steps, apart) for owner, id, steps, apart in entry.get("borrowed", ())
        )
        for symbol, entry in exercises.items()
    }
    return {symbol: (*own[symbol], *lent[symbol]) for symbol in exercises}


def _model(data: Mapping[str, Any]) -> CounterModel:
    hints, shared = _ladder(data["hints"]), data.get("shared")
    group = Group(shared["id"], shared["title"], _ladder(shared["hints"])) if shared else None
    twins, groups = tuple(data["twins"]), tuple(data["groups"])
    return CounterModel(data["id"], data["kind"], hints, twins, data["title"], data["eps"], groups, group)


def _ladder(hints: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(texts) for lang, texts in hints.items()}
