"""Gated recurrent cells: LSTM, a layer that runs it over time, GRU.

The classes are written out and don't call the functions of the first steps: so a mistake is recognised in the class of
somebody who has no such functions, as in code from books.
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
    A = x @ Wx + h_prev @ Wh + b
    f, g, i, o = np.split(A, 4, axis=1)
    return sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)


def lstm_state(f, g, i, o, c_prev):
    """What the gates make of the memory cell. Source: S0 "LSTM training process".

    All are (N, H). Returns (h_next, c_next).
    """
    c_next = f * c_prev + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next


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
        ### BEGIN SOLUTION
        Wx, Wh, b = self.params
        A = x @ Wx + h_prev @ Wh + b
        f, g, i, o = np.split(A, 4, axis=1)
        f, i, o = sigmoid(f), sigmoid(i), sigmoid(o)
        g = np.tanh(g)
        c_next = f * c_prev + i * g
        h_next = o * np.tanh(c_next)
        self.cache = x, h_prev, c_prev, f, g, i, o, c_next
        return h_next, c_next
        ### END SOLUTION

    def backward(self, dh_next, dc_next):
        """dh_next, dc_next: (N, H). Writes grads in place, returns (dx, dh_prev, dc_prev)."""
        ### BEGIN SOLUTION
        Wx, Wh, _ = self.params
        x, h_prev, c_prev, f, g, i, o, c_next = self.cache
        tanh_c = np.tanh(c_next)
        dc = dc_next + dh_next * o * (1 - tanh_c**2)
        df = dc * c_prev * f * (1 - f)
        dg = dc * i * (1 - g**2)
        di = dc * g * i * (1 - i)
        do = dh_next * tanh_c * o * (1 - o)
        dA = np.hstack([df, dg, di, do])
        self.grads[0][...] = x.T @ dA
        self.grads[1][...] = h_prev.T @ dA
        self.grads[2][...] = dA.sum(axis=0)
        return dA @ Wx.T, dA @ Wh.T, dc * f
        ### END SOLUTION


def lstm_sum_gradients(dh_next, dc_next, f, g, i, o, c_prev, c_next):
    """From h_next and c_next back to the sums before the four activations. All are (N, H).

    Returns (df, dg, di, do, dc_prev): the gradients of the sums of f, g, i and o, and that of c_prev.
    """
    tanh_c = np.tanh(c_next)
    dc = dc_next + dh_next * o * (1 - tanh_c**2)
    df = dc * c_prev * f * (1 - f)
    dg = dc * i * (1 - g**2)
    di = dc * g * i * (1 - i)
    do = dh_next * tanh_c * o * (1 - o)
    return df, dg, di, do, dc * f


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
        ### BEGIN SOLUTION
        N, T, _ = xs.shape
        H = self.params[1].shape[0]
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        if not self.stateful or self.c is None:
            self.c = np.zeros((N, H))
        hs = np.empty((N, T, H))
        self.layers = [LSTM(*self.params) for _ in range(T)]
        for t in range(T):
            self.h, self.c = self.layers[t].forward(xs[:, t], self.h, self.c)
            hs[:, t] = self.h
        return hs
        ### END SOLUTION

    def backward(self, dhs):
        """dhs: (N, T, H), for the last call of forward. Writes grads in place, returns dxs: (N, T, D)."""
        ### BEGIN SOLUTION
        N, T, _ = dhs.shape
        dxs = np.empty((N, T, self.params[0].shape[0]))
        dh, dc = 0, 0
        for grad in self.grads:
            grad[...] = 0
        for t in reversed(range(T)):
            dxs[:, t], dh, dc = self.layers[t].backward(dhs[:, t] + dh, dc)
            for grad, step in zip(self.grads, self.layers[t].grads, strict=True):
                grad += step
        self.dh = dh
        return dxs
        ### END SOLUTION

    def set_state(self, h, c=None):
        """From now on the state is h and c, both (N, H); c = None means zeros."""
        ### BEGIN SOLUTION
        self.h, self.c = h, c
        ### END SOLUTION

    def reset_state(self):
        """Forget the state: the next call of forward starts from zeros."""
        ### BEGIN SOLUTION
        self.h, self.c = None, None
        ### END SOLUTION


def gru_gates(x, h_prev, Wx, Wh, b):
    """The update gate and the reset gate of one step. Source: S0 "GRU".

    x: (N, D), h_prev: (N, H), Wx: (D, 3H), Wh: (H, 3H), b: (3H,), each made of three blocks of H columns in the order
    z, r, candidate. Returns z, r, each (N, H).
    """
    A = x @ Wx + h_prev @ Wh + b
    z, r, _ = np.split(A, 3, axis=1)
    return sigmoid(z), sigmoid(r)


def gru_candidate(x, h_prev, r, Wx, Wh, b):
    """The new hidden state that a GRU proposes: (N, H). x, h_prev, Wx, Wh, b as for gru_gates; r: (N, H)."""
    Wxh, Whh, bh = (np.split(part, 3, axis=-1)[2] for part in (Wx, Wh, b))
    return np.tanh(x @ Wxh + (r * h_prev) @ Whh + bh)


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
        ### BEGIN SOLUTION
        Wx, Wh, b = self.params
        Wxz, Wxr, Wxh = np.split(Wx, 3, axis=1)
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)
        bz, br, bh = np.split(b, 3)
        z = sigmoid(x @ Wxz + h_prev @ Whz + bz)
        r = sigmoid(x @ Wxr + h_prev @ Whr + br)
        h_hat = np.tanh(x @ Wxh + (r * h_prev) @ Whh + bh)
        self.cache = x, h_prev, z, r, h_hat
        return (1 - z) * h_prev + z * h_hat
        ### END SOLUTION

    def backward(self, dh_next):
        """dh_next: (N, H). Writes grads in place, returns (dx, dh_prev)."""
        ### BEGIN SOLUTION
        Wx, Wh, _ = self.params
        x, h_prev, z, r, h_hat = self.cache
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)
        dz = dh_next * (h_hat - h_prev) * z * (1 - z)
        dn = dh_next * z * (1 - h_hat**2)
        drh = dn @ Whh.T
        dr = drh * h_prev * r * (1 - r)
        dA = np.hstack([dz, dr, dn])
        dWhh = (r * h_prev).T @ dn
        self.grads[0][...] = x.T @ dA
        self.grads[1][...] = np.hstack([h_prev.T @ dz, h_prev.T @ dr, dWhh])
        self.grads[2][...] = dA.sum(axis=0)
        dh_prev = dh_next * (1 - z) + drh * r + dz @ Whz.T + dr @ Whr.T
        return dA @ Wx.T, dh_prev
        ### END SOLUTION
