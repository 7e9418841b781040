# right: einsum, softmax by hand, a large negative number for minus infinity
import math

import torch


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.einsum("nhqd,nhkd->nhqk", query, key) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = torch.where(mask, scores, torch.full_like(scores, -1e9))
    e = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return torch.einsum("nhqk,nhkd->nhqd", e / e.sum(dim=-1, keepdim=True), value)
