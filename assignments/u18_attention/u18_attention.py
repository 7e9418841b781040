"""u18_attention: Attention / 어텐션.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u18_attention.py
"""

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
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dc):
        """dc: (N, H), the gradient of the loss with respect to c. Returns (dhs, da): (N, T, H) and (N, T)."""
        # YOUR CODE HERE
        raise NotImplementedError


class AttentionWeight:
    """The weights: softmax over time of the dot products of one state with all of the encoder's. Source: S3."""

    def __init__(self):
        """No parameters; forward keeps what backward needs."""
        self.params, self.grads = [], []

    def forward(self, hs, h):
        """hs: (N, T, H) encoder states, h: (N, H) decoder state. Returns the weights a (N, T), rows that sum to 1.

        The score is the plain dot product, without scaling.
        """
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, da):
        """da: (N, T), the gradient of the loss with respect to a. Returns (dhs, dh): (N, T, H) and (N, H)."""
        # YOUR CODE HERE
        raise NotImplementedError


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
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, H). Returns (dhs, dh): (N, T, H) and (N, H)."""
        # YOUR CODE HERE
        raise NotImplementedError


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
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, T_dec, H). Returns (dhs_enc, dhs_dec): (N, T_enc, H) and (N, T_dec, H)."""
        # YOUR CODE HERE
        raise NotImplementedError


def dot(s, hs):
    """Score "dot": s: (N, H) decoder state, hs: (N, T, H) encoder states. Returns the scores (N, T).

    Source: S0, table of score functions (Luong et al. 2015).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def scaled_dot(s, hs):
    """Score "scaled dot": the dot score divided by the root of n, the length H of the vectors.

    s: (N, H), hs: (N, T, H). Returns the scores (N, T). Source: S0 (Vaswani et al. 2017).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def general(s, hs, Wa):
    """Score "general": a learned matrix between the two states, which may then differ in length.

    s: (N, Hs), hs: (N, T, Hh), Wa: (Hs, Hh). Returns the scores (N, T). Source: S0 (Luong et al. 2015).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def concat(s, hs, Wb, wa):
    """Score "concat": a small network with tanh looks at the pair [s; h], the decoder's state first.

    s: (N, Hs), hs: (N, T, Hh), Wb: (Hs + Hh, A), wa: (A,); rows times matrices, no bias.
    Returns the scores (N, T). Source: S0 (Bahdanau et al. 2015).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def location(s, Wa):
    """Weights "location-base": from the decoder's state alone, one score per position, then softmax over the positions.

    s: (N, Hs), Wa: (Hs, T). Returns the weights (N, T), as in the table: already after the softmax. Source: S0.
    """
    # YOUR CODE HERE
    raise NotImplementedError
