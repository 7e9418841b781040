"""The deep network's gradients are listed by layer, where verify holds no slope against them; so it is done here."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import graders
from graders.courses.course import Course

ROOT = Path(graders.__file__).parents[1]


def test_gradients_of_the_deep_network_are_slopes_of_its_loss() -> None:
    solution = Course(ROOT).reference("u10_convnets")
    rng = np.random.default_rng(0)
    convs = {f"conv_param_{n}": {"filter_num": 3, "filter_size": 3, "pad": 1, "stride": 1} for n in range(1, 7)}
    net = solution.DeepConvNet((2, 8, 8), **convs, hidden_size=5, output_size=4)
    for param in net.params.values():
        param[...] = rng.normal(0, 0.3, param.shape)
    x, t = rng.standard_normal((4, 2, 8, 8)), np.array([0, 3, 1, 2])
    grads = net.gradient(x, t)
    for name, param in net.params.items():
        direction, kept = rng.choice([-1.0, 1.0], param.shape), param.copy()
        losses = []
        for h in (1e-6, -1e-6):
            param[...] = kept + h * direction
            losses.append(net.loss(x, t))
        param[...] = kept
        slope = (losses[0] - losses[1]) / 2e-6
        assert abs(np.sum(grads[name] * direction) - slope) < 1e-7, name
