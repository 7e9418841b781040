# right: computed in float32, renormalised after the mask
import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    q, k, v = q.float(), k.float(), v.float()
    scores = torch.matmul(q * q.shape[-1] ** -0.5, k.mT)
    weights = scores.exp()
    if mask is not None:
        weights = weights * mask
    return torch.matmul(weights / weights.sum(-1, keepdim=True), v)
