import math

import torch
import torch.nn.functional as F


def scaled_dot_product_attention(q, k, v, mask=None):
    d = q.size(-1)
    scores = torch.einsum("nhqd,nhkd->nhqk", q, k) / math.sqrt(d)
    if mask is not None:
        scores = torch.where(mask, scores, torch.full_like(scores, -math.inf))
    return torch.matmul(F.softmax(scores, dim=3), v)
