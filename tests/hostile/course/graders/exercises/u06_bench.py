"""What the attacks attack: sigmoid and Affine, seven points, one second and little memory for each."""

from __future__ import annotations

import numpy as np

from graders.probe import call, construct, gradient_of
from graders.spec import Exercise, Gradient, Unit, drawn, literal, normal

UNIT = Unit(title={"en": "Attacked", "ko": "공격 대상"})
WALL_S, MEMORY_MB = 1.0, 192


def sigmoid(student, x):
    """1 / (1 + e^(−x))"""
    yield "out", call(student.sigmoid, x)


def Affine(student, x, W, b, dout):
    """y = xW + b, forward and back."""
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
            literal("tails", {"x": np.array([-30.0, 30.0])}, group="tails"),
            drawn("random", {"x": normal("N", "D")}, dims=DIMS),
        ),
        wall_s=WALL_S,
        memory_mb=MEMORY_MB,
    ),
    Exercise(
        Affine,
        title={"en": "Affine", "ko": "어파인"},
        outputs=("out", "dx", "dW", "db"),
        forbids=("numpy.einsum",),
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
        wall_s=WALL_S,
        memory_mb=MEMORY_MB,
    ),
)
