"""How far right answers deviate from float64 when computed in a lower precision, by the graders' own metric.

python benchmarks/spread.py [--device cpu|cuda] [--draws 20]

The tolerances of ``graders/compare/tolerance.py`` come from this. Each layer of the course is computed forward and, by
autograd, backward: in float64 and, from the same inputs after rounding, in each lower precision. The spread of an
output is ``max|low − float64| / max(max|float64|, floor)``. On a GPU, TF32 is the hardware's; elsewhere, the operands
of matrix products and convolutions are rounded to TF32's ten bits and the products summed in float32, as a tensor core
does.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from graders.compare.arrays import natural_size
from graders.compare.tolerance import FLOOR, TAU

Arrays = Mapping[str, np.ndarray]
Layer = Callable[..., Tensor]

DTYPES = {
    "float32": torch.float32,
    "tf32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}


# --- the layers ------------------------------------------------------------------------------------------------------


def affine(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """(N, D), (D, M), (M,) → (N, M)."""
    return x @ W + b


def loss(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Softmax and cross-entropy over M classes; the mean over N samples."""
    return functional.cross_entropy(x @ W + b, torch.arange(len(x), device=x.device) % W.shape[1])


def smooth(x: Tensor, W: Tensor) -> Tensor:
    """As many layers as W has, with tanh: (N, D), (L, D, D) → (N, D)."""
    for weights in W:
        x = torch.tanh(x @ weights)
    return x


def kinked(x: Tensor, W: Tensor) -> Tensor:
    """The same with ReLU: if rounding carries a sum across 0, a whole gradient appears or vanishes."""
    for weights in W:
        x = torch.relu(x @ weights)
    return x


def convolution(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """(N, C, H, W), (F, C, 3, 3), (F,) → (N, F, H, W)."""
    return functional.conv2d(x, W, b, padding=1)


def batch_norm(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """(N, D) in training."""
    centred = x - x.mean(0)
    return gamma * centred / torch.sqrt((centred**2).mean(0) + 1e-5) + beta


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """(N, D) over D."""
    return functional.layer_norm(x, x.shape[-1:], gamma, beta)


def lstm(xs: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """(T, N, D) → (T, N, H); gates in the order f, g, i, o."""
    size = Wh.shape[0]
    h = c = xs.new_zeros(xs.shape[1], size)
    hs = []
    for x in xs:
        f, g, i, o = (x @ Wx + h @ Wh + b).split(size, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        hs.append(h)
    return torch.stack(hs)


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """(N, T, D) each; query i looks at keys 0 … i."""
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    ahead = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
    return scores.masked_fill(ahead, -math.inf).softmax(-1) @ v


def block(x: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor, W1: Tensor, W2: Tensor) -> Tensor:
    """A Transformer layer with one head: attention and a perceptron, each added to its input, then normalised."""
    x = functional.layer_norm(x + attention(x @ Wq, x @ Wk, x @ Wv), x.shape[-1:])
    return functional.layer_norm(x + functional.gelu(x @ W1) @ W2, x.shape[-1:])


def layers(rng: np.random.Generator, size: int) -> Iterator[tuple[str, Layer, Arrays]]:
    """Each layer with inputs of this size: unit inputs, and weights that preserve the magnitude."""

    def unit(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape)

    def weights(*shape: int, fan: int = 0, gain: float = 1.0) -> np.ndarray:
        return unit(*shape) * math.sqrt(gain / (fan or shape[-2]))

    n, d = size, 2 * size
    yield "affine", affine, {"x": unit(n, d), "W": weights(d, n), "b": unit(n)}
    yield "softmax, cross-entropy", loss, {"x": unit(n, d), "W": weights(d, n), "b": unit(n)}
    for depth in (5, 50):
        yield f"{depth} layers, tanh", smooth, {"x": unit(n, d), "W": weights(depth, d, d)}
    yield "5 layers, ReLU", kinked, {"x": unit(n, d), "W": weights(5, d, d, gain=2.0)}
    yield "convolution", convolution, {"x": unit(2, 3, n, n), "W": weights(n, 3, 3, 3, fan=27), "b": unit(n)}
    yield "batch norm", batch_norm, {"x": unit(n, d), "gamma": unit(d), "beta": unit(d)}
    yield "layer norm", layer_norm, {"x": unit(n, d), "gamma": unit(d), "beta": unit(d)}
    for steps in (10, 200):
        cell = {"Wx": weights(d, 4 * n), "Wh": weights(n, 4 * n), "b": unit(4 * n)}
        yield f"LSTM, {steps} steps", lstm, {"xs": unit(steps, 3, d), **cell}
    yield "attention", attention, {"q": unit(2, n, d), "k": unit(2, n, d), "v": unit(2, n, d)}
    square = {name: weights(d, d) for name in ("Wq", "Wk", "Wv")}
    yield "Transformer's block", block, {"x": unit(2, n, d), **square, "W1": weights(d, 4 * d), "W2": weights(4 * d, d)}


# --- the precisions --------------------------------------------------------------------------------------------------


class EmulatedTF32(TorchDispatchMode):
    """Rounds the operands of products to TF32 (nearest, ten bits), forward and backward; sums stay in float32."""

    PRODUCTS = frozenset(("mm", "bmm", "addmm", "baddbmm", "convolution", "convolution_backward"))

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if name in self.PRODUCTS:
            spared = 1 if name in ("addmm", "baddbmm") else 0  # what is added to the product is not one of its operands
            args = tuple(rounded(one) if at >= spared and is_single(one) else one for at, one in enumerate(args))
        return func(*args, **(kwargs or {}))


def is_single(value: Any) -> bool:
    return isinstance(value, Tensor) and value.dtype == torch.float32 and value.dim() > 1


def rounded(value: Tensor) -> Tensor:
    bits = value.contiguous().view(torch.int32)
    return ((bits + 0xFFF + ((bits >> 13) & 1)) & ~0x1FFF).view(torch.float32)


@contextmanager
def arithmetic(precision: str, device: str) -> Iterator[None]:
    """TF32 for matrix products and convolutions if requested, and only inside this block."""
    kept = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    try:
        if precision == "tf32" and device == "cpu":
            with EmulatedTF32():
                yield
        else:
            yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = kept


def run(layer: Layer, arrays: Arrays, dtype: torch.dtype, device: str) -> dict[str, np.ndarray]:
    """The output, and the gradient with respect to every input for a fixed upstream gradient."""
    leaves = [torch.tensor(value, dtype=dtype, device=device, requires_grad=True) for value in arrays.values()]
    out = layer(*leaves)
    upstream = np.random.default_rng(0).standard_normal(tuple(out.shape))
    grads = torch.autograd.grad(out, leaves, torch.tensor(upstream, dtype=dtype, device=device))
    values = dict(zip(("out", *(f"d{name}" for name in arrays)), (out, *grads), strict=True))
    return {name: value.detach().to("cpu", torch.float64).numpy() for name, value in values.items()}


def spread(low: np.ndarray, high: np.ndarray) -> float:
    return float(np.max(np.abs(low - high)) / natural_size(high, FLOOR, 1))


def spreads(precision: str, device: str, draws: int, size: int) -> dict[str, list[float]]:
    """By layer, the worst spread over its outputs, once per draw."""
    found: dict[str, list[float]] = {}
    for draw in range(draws):
        for name, layer, arrays in layers(np.random.default_rng(draw), size):
            exact = run(layer, arrays, torch.float64, device)
            with arithmetic(precision, device):
                low = run(layer, arrays, DTYPES[precision], device)
            found.setdefault(name, []).append(max(spread(low[key], exact[key]) for key in exact))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options.add_argument("--draws", type=int, default=20)
    options.add_argument("--size", type=int, default=16, help="of a batch, a sequence, a layer's outputs")
    chosen = options.parse_args()
    where = torch.cuda.get_device_name() if chosen.device == "cuda" else "CPU"
    print(f"{where}, torch {torch.__version__}, {chosen.draws} draws, size {chosen.size}: median and worst spread")
    table = {name: spreads(name, chosen.device, chosen.draws, chosen.size) for name in DTYPES}
    print(f"{'':24}" + "".join(f"{name:>22}" for name in DTYPES))
    for layer in table["float32"]:
        cells = (f"{np.median(table[name][layer]):10.1e}  {max(table[name][layer]):.1e}" for name in DTYPES)
        print(f"{layer:24}" + "".join(f"{cell:>22}" for cell in cells))
    print(f"{'tolerance':24}" + "".join(f"{TAU[name]:>22.0e}" for name in DTYPES))


if __name__ == "__main__":
    main()
