# scaled_dot_product_attention: fail scaled_after_softmax
"""The output divided by the root of d, with exponentials written out."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.einsum("nhqd,nhkd->nhqk", q, k)
    scores = scores - scores.amax(dim=3, keepdim=True)
    shares = scores.exp() if mask is None else scores.masked_fill(mask.logical_not(), -1e9).exp()
    out = torch.einsum("nhqk,nhkd->nhqd", shares, v) / shares.sum(dim=3, keepdim=True)
    return out / q.size(-1) ** 0.5
