"""Where a student's layers, models and optimizers keep parameters and gradients: in either book's style, or others.

Probes import these from ``graders.probe``; NumPy and the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["gradient_of", "parameters_of", "put_parameters", "update"]

_WORDS = {"w": ("w", "weight", "weights"), "b": ("b", "bias", "biases")}


def gradient_of(layer: Any, name: str) -> Any:
    """The gradient of parameter ``name`` ("W", "b", "gamma"): ``layer.dW``, ``dweight``, ``W_grad`` …, or in ``grads``.

    If several places hold a value, the first that is not all zeros counts: ``__init__`` created the others, and
    backward never wrote to them.
    """
    found = [value for value in _gradients(layer, name) if value is not None]
    if not found:
        raise AttributeError(f"no gradient d{name}: neither .d{name} nor .grads holds it after backward()")
    return next((value for value in found if type(value) is not np.ndarray or _any(value)), found[0])


def _any(array: np.ndarray) -> bool:
    return array.dtype.kind not in "biuf" or bool(array.any())


def _gradients(layer: Any, name: str) -> Iterator[Any]:
    """The value in each place where a gradient of ``name`` is usually kept, likeliest first."""
    words = _WORDS.get(name.lower(), (name.lower(),))
    usual = {form for word in words for form in (f"d{word}", f"grad{word}", f"{word}grad")}
    yield getattr(layer, f"d{name}", None)
    yield getattr(layer, f"d{name.lower()}", None)
    yield from (value for key, value in _entries(getattr(layer, "__dict__", {})) if key in usual)
    grads = getattr(layer, "grads", None)
    if isinstance(grads, dict):
        yield grads.get(name)
        yield from (value for key, value in _entries(grads) if key in usual or key in words)
    elif isinstance(grads, list | tuple) and grads:
        yield _listed(layer, name, grads)


def _entries(names: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.lower().replace("_", ""), value) for key, value in names.items() if isinstance(key, str)]


def _listed(layer: Any, name: str, grads: Sequence[Any]) -> Any:
    """The entry of a list ``grads`` at the position in ``params`` of ``layer.<name>``; else, W before b."""
    own = getattr(layer, name, None)
    for position, param in enumerate(getattr(layer, "params", ())):
        if own is not None and param is own:
            return grads[position]
    order = {"W": 0, "Wx": 0, "Wh": 1, "b": len(grads) - 1, "gamma": 0, "beta": 1}
    return grads[order[name]] if name in order and order[name] < len(grads) else None


def parameters_of(model: Any) -> list[np.ndarray]:
    """A model's parameter arrays: ``params`` as a list, or as a dict in insertion order."""
    params = model.params
    return list(params.values()) if isinstance(params, dict) else list(params)


def put_parameters(model: Any, values: Mapping[str, np.ndarray] | list[np.ndarray]) -> None:
    """Write parameters in place: by name in a dict, else by shape, in order for equal shapes."""
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

    The style is detected on the first call and kept on the optimizer.
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
        params.update(zip(params, listed, strict=True))  # an optimizer that rebinds entries shows up in both styles
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
