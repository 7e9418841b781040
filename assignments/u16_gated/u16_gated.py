"""u16_gated: Gated recurrent networks: LSTM and GRU / 게이트가 있는 순환 신경망: LSTM과 GRU.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u16_gated.py
"""

import numpy as np


def sigmoid(x):
    """The logistic function, entry by entry: what every gate is made of."""
    return 1 / (1 + np.exp(-x))


def lstm_gates(x, h_prev, Wx, Wh, b):
    """The forget gate, the candidate, the input gate and the output gate of one step. Source: S3 "Gates".

    x: (N, D), h_prev: (N, H), Wx: (D, 4H), Wh: (H, 4H), b: (4H,), each made of four blocks of H columns in the order
    f, g, i, o. Returns f, g, i, o, each (N, H).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def lstm_state(f, g, i, o, c_prev):
    """What the gates make of the memory cell. Source: S0 "LSTM training process".

    All are (N, H). Returns (h_next, c_next).
    """
    # YOUR CODE HERE
    raise NotImplementedError


class LSTM:
    """One step of an LSTM. Source: S0 "LSTM training process", S3 "Gates".

    Wx: (D, 4H), Wh: (H, 4H), b: (4H,), each made of four blocks of H columns in the order f, g, i, o
    (forget gate, candidate, input gate, output gate). grads holds the gradients of Wx, Wh, b after backward.
    """

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        """x: (N, D), h_prev, c_prev: (N, H). Returns (h_next, c_next), both (N, H). Keep what backward will need."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dh_next, dc_next):
        """dh_next, dc_next: (N, H). Writes grads in place, returns (dx, dh_prev, dc_prev)."""
        # YOUR CODE HERE
        raise NotImplementedError


def lstm_sum_gradients(dh_next, dc_next, f, g, i, o, c_prev, c_next):
    """From h_next and c_next back to the sums before the four activations. All are (N, H).

    Returns (df, dg, di, do, dc_prev): the gradients of the sums of f, g, i and o, and that of c_prev.
    """
    # YOUR CODE HERE
    raise NotImplementedError


class TimeLSTM:
    """An LSTM cell run over a whole sequence, with one set of weights. Source: S3 "Time LSTM".

    stateful: whether a call of forward continues from the state in which the last one ended. With False, every call
    starts from zeros. grads holds the gradients of Wx, Wh, b, summed over the time steps, after backward.
    """

    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.stateful = stateful
        self.h = None
        self.c = None
        self.layers = None

    def forward(self, xs):
        """xs: (N, T, D). Returns the hidden states of all steps, hs: (N, T, H)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dhs):
        """dhs: (N, T, H), for the last call of forward. Writes grads in place, returns dxs: (N, T, D)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def set_state(self, h, c=None):
        """From now on the state is h and c, both (N, H); c = None means zeros."""
        # YOUR CODE HERE
        raise NotImplementedError

    def reset_state(self):
        """Forget the state: the next call of forward starts from zeros."""
        # YOUR CODE HERE
        raise NotImplementedError


def gru_gates(x, h_prev, Wx, Wh, b):
    """The update gate and the reset gate of one step. Source: S0 "GRU".

    x: (N, D), h_prev: (N, H), Wx: (D, 3H), Wh: (H, 3H), b: (3H,), each made of three blocks of H columns in the order
    z, r, candidate. Returns z, r, each (N, H).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def gru_candidate(x, h_prev, r, Wx, Wh, b):
    """The new hidden state that a GRU proposes: (N, H). x, h_prev, Wx, Wh, b as for gru_gates; r: (N, H)."""
    # YOUR CODE HERE
    raise NotImplementedError


class GRU:
    """One step of a GRU. Source: S0 "GRU".

    Wx: (D, 3H), Wh: (H, 3H), b: (3H,), each made of three blocks of H columns in the order z, r, candidate
    (update gate, reset gate, new hidden state). grads holds the gradients of Wx, Wh, b after backward.
    """

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        """x: (N, D), h_prev: (N, H). Returns h_next: (N, H). Keep what backward will need."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dh_next):
        """dh_next: (N, H). Writes grads in place, returns (dx, dh_prev)."""
        # YOUR CODE HERE
        raise NotImplementedError
