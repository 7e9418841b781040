"""u19_transformer: The Transformer / 트랜스포머.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u19_transformer.py
"""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    """Attention of queries q (N, H, Tq, d) over keys k (N, H, Tk, d) and values v (N, H, Tk, d): returns (N, H, Tq, d).

    `mask` is None or a boolean tensor that broadcasts to (N, H, Tq, Tk): True keeps a key, False hides it. Every query
    keeps at least one key. Written out with torch operations, so that autograd finds the gradients (S0; Vaswani et al.
    2017, arXiv:1706.03762).
    """
    # YOUR CODE HERE
    raise NotImplementedError
