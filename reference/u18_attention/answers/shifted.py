# WeightSum: fail softmax_again
# AttentionWeight: fail loss_gradient
# TimeAttention: fail previous_state_from_zeros
# scaled_dot: fail scaled_by_norms
# concat: fail tanh_of_each_part
"""A second softmax, the gradient of another layer, the query of the step before: written with matrix products."""

import numpy as np


def normalize(scores):
    shares = np.exp(scores - np.max(scores, axis=1)[:, None])
    return shares / np.sum(shares, axis=1)[:, None]


class WeightSum:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, hs, a):
        self.hs, self.shares = hs, normalize(a)
        return (self.shares[:, None, :] @ hs)[:, 0]

    def backward(self, dc):
        return self.shares[:, :, None] @ dc[:, None, :], (self.hs @ dc[:, :, None])[:, :, 0]


class AttentionWeight:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, hs, h):
        self.hs, self.h = hs, h
        self.a = normalize((hs @ h[:, :, None])[:, :, 0])
        return self.a

    def backward(self, da):
        ds = self.a - da
        return ds[:, :, None] @ self.h[:, None, :], (ds[:, None, :] @ self.hs)[:, 0]


class TimeAttention:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, hs_enc, hs_dec):
        asked = np.pad(hs_dec, ((0, 0), (1, 0), (0, 0)))[:, :-1]
        scores = asked @ hs_enc.transpose(0, 2, 1)
        self.a = np.exp(scores - scores.max(axis=2, keepdims=True))
        self.a /= self.a.sum(axis=2, keepdims=True)
        self.kept = hs_enc, asked
        self.attention_weights = list(self.a.transpose(1, 0, 2))
        return self.a @ hs_enc

    def backward(self, dout):
        hs_enc, asked = self.kept
        da = dout @ hs_enc.transpose(0, 2, 1)
        ds = self.a * (da - (self.a * da).sum(axis=2, keepdims=True))
        dhs_enc = self.a.transpose(0, 2, 1) @ dout + ds.transpose(0, 2, 1) @ asked
        return dhs_enc, np.pad(ds @ hs_enc, ((0, 0), (0, 1), (0, 0)))[:, 1:]


def scaled_dot(s, hs):
    return np.einsum("nh,nth->nt", s / np.linalg.norm(s, axis=1)[:, None], hs / np.linalg.norm(hs, axis=2)[..., None])


def concat(s, hs, Wb, wa):
    of_decoder, of_encoder = np.tanh(s @ Wb[: s.shape[1]]) @ wa, np.tanh(hs @ Wb[s.shape[1] :]) @ wa
    return of_decoder[:, None] + of_encoder
