"""Attention: weights over the encoder's states, the context they make, and five ways to score a pair of states."""

import numpy as np


def softmax(x):
    """Softmax along the last axis; given: you wrote it in an earlier unit."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class WeightSum:
    """The context: a weighted sum of the encoder's states over time. Source: S3, "Weight Sum"."""

    def __init__(self):
        """No parameters; forward keeps what backward needs."""
        self.params, self.grads = [], []

    def forward(self, hs, a):
        """hs: (N, T, H) states, a: (N, T) weights. Returns the context c (N, H)."""
        ### BEGIN SOLUTION
        self.hs, self.a = hs, a
        return np.sum(hs * a[:, :, None], axis=1)
        ### END SOLUTION

    def backward(self, dc):
        """dc: (N, H), the gradient of the loss with respect to c. Returns (dhs, da): (N, T, H) and (N, T)."""
        ### BEGIN SOLUTION
        dhs = self.a[:, :, None] * dc[:, None, :]
        da = np.sum(self.hs * dc[:, None, :], axis=2)
        return dhs, da
        ### END SOLUTION


class AttentionWeight:
    """The weights: softmax over time of the dot products of one state with all of the encoder's. Source: S3."""

    def __init__(self):
        """No parameters; forward keeps what backward needs."""
        self.params, self.grads = [], []

    def forward(self, hs, h):
        """hs: (N, T, H) encoder states, h: (N, H) decoder state. Returns the weights a (N, T), rows that sum to 1.

        The score is the plain dot product, without scaling.
        """
        ### BEGIN SOLUTION
        self.hs, self.h = hs, h
        s = np.sum(hs * h[:, None, :], axis=2)
        self.a = softmax(s)
        return self.a
        ### END SOLUTION

    def backward(self, da):
        """da: (N, T), the gradient of the loss with respect to a. Returns (dhs, dh): (N, T, H) and (N, H)."""
        ### BEGIN SOLUTION
        ds = self.a * (da - np.sum(self.a * da, axis=1, keepdims=True))
        dhs = ds[:, :, None] * self.h[:, None, :]
        dh = np.sum(ds[:, :, None] * self.hs, axis=1)
        return dhs, dh
        ### END SOLUTION


class Attention:
    """Both layers together: from the states to the context. Source: S3, "Attention"."""

    def __init__(self):
        """The two layers; attention_weight keeps the last weights (N, T), so that you can look at them."""
        self.params, self.grads = [], []
        self.attention_weight_layer = AttentionWeight()
        self.weight_sum_layer = WeightSum()
        self.attention_weight = None

    def forward(self, hs, h):
        """hs: (N, T, H) encoder states, h: (N, H) decoder state. Returns the context (N, H)."""
        ### BEGIN SOLUTION
        self.attention_weight = self.attention_weight_layer.forward(hs, h)
        return self.weight_sum_layer.forward(hs, self.attention_weight)
        ### END SOLUTION

    def backward(self, dout):
        """dout: (N, H). Returns (dhs, dh): (N, T, H) and (N, H)."""
        ### BEGIN SOLUTION
        dhs_sum, da = self.weight_sum_layer.backward(dout)
        dhs_weight, dh = self.attention_weight_layer.backward(da)
        return dhs_sum + dhs_weight, dh
        ### END SOLUTION


class TimeAttention:
    """Attention for every step of the decoder. Source: S3, "Time Attention"."""

    def __init__(self):
        """layers: one Attention per decoder step; attention_weights: a list of T_dec arrays (N, T_enc)."""
        self.params, self.grads = [], []
        self.layers = None
        self.attention_weights = None

    def forward(self, hs_enc, hs_dec):
        """hs_enc: (N, T_enc, H), hs_dec: (N, T_dec, H). Returns the contexts (N, T_dec, H).

        Sets attention_weights again on every call.
        """
        ### BEGIN SOLUTION
        self.layers, self.attention_weights, out = [], [], []
        for t in range(hs_dec.shape[1]):
            layer = Attention()
            out.append(layer.forward(hs_enc, hs_dec[:, t]))
            self.layers.append(layer)
            self.attention_weights.append(layer.attention_weight)
        return np.stack(out, axis=1)
        ### END SOLUTION

    def backward(self, dout):
        """dout: (N, T_dec, H). Returns (dhs_enc, dhs_dec): (N, T_enc, H) and (N, T_dec, H)."""
        ### BEGIN SOLUTION
        pairs = [self.layers[t].backward(dout[:, t]) for t in range(dout.shape[1])]
        dhs_enc = sum(dhs for dhs, _ in pairs)
        dhs_dec = np.stack([dh for _, dh in pairs], axis=1)
        return dhs_enc, dhs_dec
        ### END SOLUTION


def dot(s, hs):
    """Score "dot": s: (N, H) decoder state, hs: (N, T, H) encoder states. Returns the scores (N, T).

    Source: S0, table of score functions (Luong et al. 2015).
    """
    return np.sum(hs * s[:, None, :], axis=2)


def scaled_dot(s, hs):
    """Score "scaled dot": the dot score divided by the root of n, the length H of the vectors.

    s: (N, H), hs: (N, T, H). Returns the scores (N, T). Source: S0 (Vaswani et al. 2017).
    """
    return dot(s, hs) / np.sqrt(s.shape[1])


def general(s, hs, Wa):
    """Score "general": a learned matrix between the two states, which may then differ in length.

    s: (N, Hs), hs: (N, T, Hh), Wa: (Hs, Hh). Returns the scores (N, T). Source: S0 (Luong et al. 2015).
    """
    return dot(s @ Wa, hs)


def concat(s, hs, Wb, wa):
    """Score "concat": a small network with tanh looks at the pair [s; h], the decoder's state first.

    s: (N, Hs), hs: (N, T, Hh), Wb: (Hs + Hh, A), wa: (A,); rows times matrices, no bias.
    Returns the scores (N, T). Source: S0 (Bahdanau et al. 2015).
    """
    n = s.shape[1]
    return np.tanh((s @ Wb[:n])[:, None, :] + hs @ Wb[n:]) @ wa


def location(s, Wa):
    """Weights "location-base": from the decoder's state alone, one score per position, then softmax over the positions.

    s: (N, Hs), Wa: (Hs, T). Returns the weights (N, T), as in the table: already after the softmax. Source: S0.
    """
    return softmax(s @ Wa)
