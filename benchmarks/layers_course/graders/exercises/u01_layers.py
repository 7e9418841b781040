"""Sigmoid and Affine, seven checks; far from zero NumPy warns of an overflow, and the value is right."""

from __future__ import annotations

import numpy as np

from graders.probe import call, construct, gradient_of
from graders.spec import Exercise, Gradient, Unit, drawn, literal, normal

UNIT = Unit(title={"en": "Two layers", "ko": "계층 두 개"})


def sigmoid(student, x):
    yield "out", call(student.sigmoid, x)


def Affine(student, x, W, b, dout):
    layer = construct(student.Affine, W, b)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)
    yield "dW", gradient_of(layer, "W")
    yield "db", gradient_of(layer, "b")


DIMS = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 11, "M": 3})

EXERCISES = (
    Exercise(
        sigmoid,
        title={"en": "Sigmoid", "ko": "시그모이드"},
        outputs=("out",),
        cases=(
            literal("zero", {"x": np.zeros(3)}, group="zero"),
            literal("tails", {"x": np.array([-1000.0, -30.0, 30.0])}, group="tails"),
            drawn("random", {"x": normal("N", "D")}, dims=DIMS),
        ),
    ),
    Exercise(
        Affine,
        title={"en": "Affine", "ko": "어파인"},
        outputs=("out", "dx", "dW", "db"),
        cases=(
            drawn(
                "random",
                {"x": normal("N", "D"), "W": normal("D", "M"), "b": normal("M"), "dout": normal("N", "M")},
                dims=DIMS,
            ),
        ),
        gradients={
            "dx": Gradient(of="out", wrt="x", upstream="dout"),
            "dW": Gradient(of="out", wrt="W", upstream="dout"),
            "db": Gradient(of="out", wrt="b", upstream="dout"),
        },
    ),
)
