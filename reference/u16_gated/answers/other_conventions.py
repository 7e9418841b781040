# right
"""Gates packed i, f, g, o; a GRU with PyTorch's order and meaning of z."""

import numpy as np


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h_prev, c_prev):
        A = np.hstack([x, h_prev]) @ np.vstack([self.Wx, self.Wh]) + self.b
        i, f, g, o = np.split(A, 4, axis=1)
        self.i, self.f, self.o, self.g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        self.x, self.h_prev, self.c_prev = x, h_prev, c_prev
        c = self.f * c_prev + self.i * self.g
        self.tanh_c = np.tanh(c)
        return self.o * self.tanh_c, c

    def backward(self, dh, dc):
        dc = dc + dh * self.o * (1 - self.tanh_c**2)
        di = dc * self.g * self.i * (1 - self.i)
        df = dc * self.c_prev * self.f * (1 - self.f)
        dg = dc * self.i * (1 - self.g**2)
        do = dh * self.tanh_c * self.o * (1 - self.o)
        dA = np.concatenate([di, df, dg, do], axis=1)
        self.dWx, self.dWh, self.db = self.x.T @ dA, self.h_prev.T @ dA, dA.sum(axis=0)
        return dA @ self.Wx.T, dA @ self.Wh.T, dc * self.f


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        gates = sigmoid(x @ Wx[:, : 2 * H] + h_prev @ Wh[:, : 2 * H] + b[: 2 * H])
        r, z = gates[:, :H], gates[:, H:]
        n = np.tanh(x @ Wx[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :] + b[2 * H :])
        self.cache = x, h_prev, r, z, n
        return n + z * (h_prev - n)

    def backward(self, dh):
        (Wx, Wh, _), (x, h_prev, r, z, n) = self.params, self.cache
        H = len(Wh)
        dn = dh * (1 - z) * (1 - n**2)
        dz = dh * (h_prev - n) * z * (1 - z)
        back = dn @ Wh[:, 2 * H :].T
        dr = back * h_prev * r * (1 - r)
        dA = np.hstack([dr, dz, dn])
        self.grads[0][...] = x.T @ dA
        self.grads[1][...] = np.hstack([h_prev.T @ dr, h_prev.T @ dz, (r * h_prev).T @ dn])
        self.grads[2][...] = dA.sum(axis=0)
        return dA @ Wx.T, dh * z + back * r + np.hstack([dr, dz]) @ Wh[:, : 2 * H].T
