"""Attention as the Transformer uses it, in torch: values, and gradients by autograd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.spec import Case, Draw, Exercise, Gradient, Unit, derived, drawn, fixed, literal, normal

UNIT = Unit(
    title={"ko": "트랜스포머", "en": "The Transformer"},
    minutes=60,
    after=("u18_attention",),
    imports=("numpy", "torch"),
    needs=("torch",),
    forbids=("tensorflow.*", "jax.*", "keras.*", "scipy.*"),
    cases={
        "no mask": "마스크 없음",
        "by hand": "손으로 계산한 예",
        "masked": "마스크 있음",
        "look ahead": "미래를 가리는 마스크",
        "padding": "패딩 마스크",
    },
)

Outputs = Iterator[tuple[str, Any]]

# How to begin, while nothing is written.
START = {
    "scaled_dot_product_attention": {
        "en": "Begin with the scores and print their shape: it should be (N, H, Tq, Tk). Then the softmax and the "
        "product with v, without a mask. The mask comes last.",
        "ko": "점수부터 구하고 형상을 출력해 보세요. (N, H, Tq, Tk)여야 합니다. 그다음 마스크 없이 소프트맥스와 "
        "v와의 곱을 쓰고, 마스크는 마지막에 다루세요.",
    },
}


def scaled_dot_product_attention(
    student: Any, q: Any, k: Any, v: Any, mask: Any, dout: Any, device: str = "cpu"
) -> Outputs:
    """The output, then its gradients with respect to q, k and v for the upstream gradient dout."""
    import torch

    leaves = [torch.tensor(each, dtype=torch.float64, device=device, requires_grad=True) for each in (q, k, v)]
    keep = None if mask is None else torch.tensor(mask, device=device)
    out = student.scaled_dot_product_attention(*leaves, keep)
    yield "out", out.detach().cpu().numpy() if isinstance(out, torch.Tensor) else out
    upstream = torch.tensor(dout, dtype=torch.float64, device=device)
    grads = torch.autograd.grad(out, leaves, upstream, materialize_grads=True)
    for name, grad in zip("qkv", grads, strict=True):
        yield f"d{name}", grad.cpu().numpy()


def _look_ahead() -> Draw:
    """(Tq, Tk): query i may look at keys 0 … i."""
    return derived(lambda rng, dims, earlier: np.tril(np.ones((dims["T"], dims["S"]), dtype=bool)))


def _padding() -> Draw:
    """(N, 1, 1, Tk): each sample keeps its first few keys, at least one and never all."""

    def sample(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
        lengths = rng.integers(1, dims["S"], dims["N"])
        return (np.arange(dims["S"]) < lengths[:, None])[:, None, None, :]

    return derived(sample)


def _case(name: str, mask: Draw, group: str) -> Case:
    inputs = {
        "q": normal("N", "H", "T", "D"),
        "k": normal("N", "H", "S", "D"),
        "v": normal("N", "H", "S", "D"),
        "mask": mask,
        "dout": normal("N", "H", "T", "D"),
    }
    return drawn(
        name,
        inputs,
        ({"N": 3, "H": 5, "T": 7, "S": 11, "D": 13}, {"N": 5, "H": 3, "T": 7, "S": 13, "D": 11}),
        group=group,
    )


# One query, three keys: scores 1, 0 and 50 after scaling by 1/√4. The third key is masked.
_HAND = {
    "q": np.array([[[[2.0, 0.0, 0.0, 0.0]]]]),
    "k": np.array([[[[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [50.0, 0.0, 0.0, 0.0]]]]),
    "v": np.array([[[[10.0, 0.0, 0.0, 1.0], [0.0, 10.0, 0.0, 1.0], [0.0, 0.0, 10.0, 1.0]]]]),
    "mask": np.array([[True, True, False]]),
    "dout": np.array([[[[1.0, -2.0, 3.0, -4.0]]]]),
}

EXERCISES = (
    Exercise(
        scaled_dot_product_attention,
        title={"ko": "스케일드 닷 프로덕트 어텐션", "en": "Scaled dot-product attention"},
        start=START["scaled_dot_product_attention"],
        outputs=("out", "dq", "dk", "dv"),
        points={"out": 2},
        gradients={f"d{name}": Gradient(of="out", wrt=name, upstream="dout") for name in "qkv"},
        cases=(
            _case("no mask", fixed(None), "core"),
            literal("by hand", _HAND, group="masked", expect={"out": [[[[7.3106, 2.6894, 0.0, 1.0]]]]}),
            _case("look ahead", _look_ahead(), "masked"),
            _case("padding", _padding(), "masked"),
        ),
        forbids=(
            "torch.*scaled_dot_product*",
            "torch.*multi_head_attention*",
            "torch.nn.*MultiheadAttention",
            "torch.nn.*Transformer*",
            "torch._transformer_encoder_layer_fwd",
            "torch.nn.attention.*",
        ),
        device="any",
        wall_s=10.0,
        memory_mb=2048,
    ),
)
