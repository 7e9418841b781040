"""The Transformer's attention, in torch."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    """Attention of queries q (N, H, Tq, d) over keys k (N, H, Tk, d) and values v (N, H, Tk, d): returns (N, H, Tq, d).

    `mask` is None or a boolean tensor that broadcasts to (N, H, Tq, Tk): True keeps a key, False hides it. Every query
    keeps at least one key. Written out with torch operations, so that autograd finds the gradients (S0; Vaswani et al.
    2017, arXiv:1706.03762).
    """
    scores = q @ k.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ v
