"""The digits: a random part of real images as the inputs of a case."""

from __future__ import annotations

import numpy as np

from graders.grading.inputs import draw_inputs
from graders.spec import digits, drawn
from graders.spec.draws import load_digits

CASE = drawn("digits", {**digits("N")}, ({"N": 31}, {"N": 37}))


def test_images_have_their_own_labels() -> None:
    images, labels = load_digits()
    inputs = draw_inputs(CASE, 0, b"one")
    assert inputs["x"].shape == (31, 1, 8, 8)
    for image, label in zip(inputs["x"], inputs["t"], strict=True):
        place = int(np.argmin(np.abs(images - 16 * image[0]).sum(axis=(1, 2))))
        assert np.array_equal(images[place], 16 * image[0])
        assert labels[place] == label


def test_another_key_gives_other_images_and_none_twice() -> None:
    one, other = draw_inputs(CASE, 0, b"one"), draw_inputs(CASE, 0, b"other")
    assert not np.array_equal(one["x"], other["x"])
    assert np.array_equal(one["x"], draw_inputs(CASE, 0, b"one")["x"])
    assert len({image.tobytes() for image in one["x"]}) == 31


def test_all_digits_are_there() -> None:
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert np.bincount(labels).min() >= 170
    assert (images.min(), images.max()) == (0, 16)


def test_names_can_be_chosen() -> None:
    assert list(digits(5, images="seen", labels="meant")) == ["seen", "meant"]
