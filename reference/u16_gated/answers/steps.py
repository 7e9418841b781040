# right
"""The classes made of the small functions, these with slices and loops; gates packed i, f, g, o and r, z, candidate."""

import math

import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def lstm_gates(x, h_prev, Wx, Wh, b):
    H = Wh.shape[0]
    sums = [x.dot(Wx[:, k : k + H]) + h_prev.dot(Wh[:, k : k + H]) + b[k : k + H] for k in range(0, 4 * H, H)]
    return sigmoid(sums[1]), np.tanh(sums[2]), sigmoid(sums[0]), sigmoid(sums[3])


def lstm_state(f, g, i, o, c_prev):
    c = np.zeros(c_prev.shape)
    h = np.zeros(c_prev.shape)
    for n in range(len(c)):
        for k in range(len(c[n])):
            c[n, k] = f[n, k] * c_prev[n, k] + i[n, k] * g[n, k]
            h[n, k] = o[n, k] * math.tanh(c[n, k])
    return h, c


def lstm_sum_gradients(dh_next, dc_next, f, g, i, o, c_prev, c_next):
    t = np.tanh(c_next)
    do = np.multiply(dh_next, t)
    dc = dc_next + dh_next * o - dh_next * o * t * t
    return dc * c_prev * (f - f * f), dc * i * (1 - g) * (1 + g), dc * g * (i - i * i), do * (o - o * o), f * dc


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]

    def forward(self, x, h_prev, c_prev):
        gates = lstm_gates(x, h_prev, *self.params)
        h, c = lstm_state(*gates, c_prev)
        self.seen = x, h_prev, (*gates, c_prev, c)
        return h, c

    def backward(self, dh_next, dc_next):
        Wx, Wh, _ = self.params
        x, h_prev, values = self.seen
        df, dg, di, do, dc_prev = lstm_sum_gradients(dh_next, dc_next, *values)
        dA = np.concatenate((di, df, dg, do), axis=1)
        self.grads = [x.T.dot(dA), h_prev.T.dot(dA), np.ones(len(dA)).dot(dA)]
        return dA.dot(Wx.T), dA.dot(Wh.T), dc_prev


def gru_gates(x, h_prev, Wx, Wh, b):
    H = Wh.shape[0]
    r = sigmoid(x @ Wx[:, :H] + h_prev @ Wh[:, :H] + b[:H])
    z = sigmoid(x @ Wx[:, H : 2 * H] + h_prev @ Wh[:, H : 2 * H] + b[H : 2 * H])
    return z, r


def gru_candidate(x, h_prev, r, Wx, Wh, b):
    """After the product, as in PyTorch."""
    H = Wh.shape[0]
    return np.tanh(x @ Wx[:, -H:] + b[-H:] + r * (h_prev @ Wh[:, -H:]))


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]

    def forward(self, x, h_prev):
        z, r = gru_gates(x, h_prev, *self.params)
        self.seen = x, h_prev, z, r, gru_candidate(x, h_prev, r, *self.params)
        return (1 - z) * h_prev + z * self.seen[-1]

    def backward(self, dh):
        Wx, Wh, _ = self.params
        x, h_prev, z, r, new = self.seen
        H = len(Wh)
        dn = dh * z * (1 - new**2)
        dr = dn * (h_prev @ Wh[:, 2 * H :]) * r * (1 - r)
        dz = dh * (new - h_prev) * z * (1 - z)
        inner, outer = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
        self.grads = [x.T @ inner, h_prev.T @ outer, inner.sum(axis=0)]
        return inner @ Wx.T, dh * (1 - z) + outer @ Wh.T
