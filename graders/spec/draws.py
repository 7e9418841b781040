"""How one input of a case is made: random numbers of a shape, labels, permutations, or the author's own computation.

The guest reads it too, like ``graders/spec/__init__.py``, from which units import these names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

__all__ = [
    "Dims",
    "Draw",
    "choice",
    "derived",
    "digits",
    "distinct",
    "fixed",
    "integers",
    "labels",
    "load_digits",
    "normal",
    "one_hot",
    "ones_and_zeros",
    "probabilities",
    "spaced",
    "uniform",
]

Dims = Mapping[str, int]


@dataclass(frozen=True)
class Draw:
    """One random input: ``sample(rng, dims, earlier)``, where ``earlier`` holds the inputs drawn before it."""

    sample: Callable[[np.random.Generator, Dims, Mapping[str, Any]], Any]


def _shape(shape: Sequence[int | str], dims: Dims) -> tuple[int, ...]:
    return tuple(dims[axis] if isinstance(axis, str) else axis for axis in shape)


def normal(*shape: int | str, scale: float = 1.0, shift: float = 0.0, gap: float = 0.0) -> Draw:
    """Normal numbers of this shape; ``gap`` pushes each at least that far away from 0 (kinks: gap ≥ 100 h)."""

    def sample(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        z = rng.standard_normal(_shape(shape, dims))
        return shift + scale * (z + np.where(z < 0, -gap, gap))

    return Draw(sample)


def uniform(*shape: int | str, low: float = 0.0, high: float = 1.0) -> Draw:
    """Uniform numbers in [low, high)."""
    return Draw(lambda rng, dims, _: rng.uniform(low, high, _shape(shape, dims)))


def spaced(*shape: int | str, step: float = 0.1) -> Draw:
    """A random permutation of evenly spaced values around 0: no ties, no near ties (pooling, argmax)."""

    def sample(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        size = int(np.prod(_shape(shape, dims)))
        return (step * (rng.permutation(size) - size // 2 + 0.5)).reshape(_shape(shape, dims))

    return Draw(sample)


def integers(*shape: int | str, low: int = 0, high: int | str = 10) -> Draw:
    """Integers in [low, high); ``high`` may name a dimension."""

    def sample(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        return rng.integers(low, dims[high] if isinstance(high, str) else high, _shape(shape, dims))

    return Draw(sample)


def labels(*shape: int | str, classes: int | str) -> Draw:
    """Class labels 0 … classes−1."""
    return integers(*shape, low=0, high=classes)


def one_hot(rows: int | str, classes: int | str) -> Draw:
    """One-hot rows (rows, classes), float64."""

    def sample(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        n, c = _shape((rows, classes), dims)
        return np.eye(c)[rng.integers(0, c, n)]

    return Draw(sample)


def probabilities(*shape: int | str, floor: float = 1e-2) -> Draw:
    """Rows that sum to 1 along the last axis, every entry ≥ floor (so that log and its slope stay moderate)."""

    def sample(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        p = rng.uniform(0.1, 1.0, _shape(shape, dims))
        p /= p.sum(axis=-1, keepdims=True)
        rows: np.ndarray = floor + (1 - floor * p.shape[-1]) * p
        return rows

    return Draw(sample)


def ones_and_zeros(*shape: int | str, p: float = 0.5) -> Draw:
    """Independent 0/1 with probability ``p`` of 1, float64."""
    return Draw(lambda rng, dims, _: (rng.random(_shape(shape, dims)) < p).astype(np.float64))


def distinct(count: int | str, low: int = 0, high: int | str = 10) -> Draw:
    """``count`` different integers from [low, high)."""

    def sample(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        (n,) = _shape((count,), dims)
        return low + rng.permutation((dims[high] if isinstance(high, str) else high) - low)[:n]

    return Draw(sample)


def choice(*values: object) -> Draw:
    """One of the given plain values."""
    return Draw(lambda rng, dims, _: values[int(rng.integers(len(values)))])


def fixed(value: object) -> Draw:
    """Always this value; a string that names a dimension gives its size."""
    return Draw(lambda rng, dims, _: dims.get(value, value) if isinstance(value, str) else value)


def derived(make: Callable[..., object]) -> Draw:
    """``make(rng, dims, earlier)``: anything that the draws above cannot express, from the inputs drawn before it."""
    return Draw(make)


# --- small real data ---

_INK = 16  # pixels are 0 (paper) to 16 (ink)


@cache
def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """1,797 handwritten digits (1797, 8, 8), uint8 from 0 to 16, and their labels (1797,), uint8; read once.

    The test set of E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
    Repository, 1998 (doi:10.24432/C50P49, CC BY 4.0), as scikit-learn ships it (BSD); ``benchmarks/pack_digits.py``
    wrote the file. It is read where inputs are made: the guest receives inputs and has no such file.
    """
    with np.load(Path(__file__).with_name("digits.npz"), allow_pickle=False) as packed:
        images, labels = packed["images"], packed["labels"]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def digits(count: int | str, images: str = "x", labels: str = "t") -> Mapping[str, Draw]:
    """Two inputs: ``count`` different digits (count, 1, 8, 8), float64 from 0 to 1, and their labels (count,).

    ``count`` is a number or names a dimension; ``images`` and ``labels`` are the inputs' names. Put them into a case
    with ``**digits("N")``; take train and test images from one draw, so that no image is in both.
    """

    def draw_images(rng: np.random.Generator, dims: Dims, _: Mapping[str, Any]) -> np.ndarray:
        every = load_digits()[0]
        chosen = rng.permutation(len(every))[: dims[count] if isinstance(count, str) else count]
        return every[chosen, None] / float(_INK)

    def find_labels(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> np.ndarray:
        pixels = np.round(earlier[images][:, 0] * _INK).astype(np.uint8)
        return np.array([_labels_by_image()[image.tobytes()] for image in pixels])

    return {images: Draw(draw_images), labels: Draw(find_labels)}


@cache
def _labels_by_image() -> Mapping[bytes, int]:
    """No two of the images are the same."""
    images, labels = load_digits()
    return {image.tobytes(): label for image, label in zip(images, labels.tolist(), strict=True)}
