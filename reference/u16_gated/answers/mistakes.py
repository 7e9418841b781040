# LSTM.forward: fail candidate_sigmoid
# LSTM.backward: fail u16_gated.LSTM.forward.candidate_sigmoid
# TimeLSTM.forward: fail state_not_carried
# GRU.forward: pass
# GRU.backward: pass
"""Mistakes as students write them: one sigmoid for all blocks, a state that is always new. The GRU is PyTorch's."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        A = sigmoid(x @ Wx + h_prev @ Wh + b)
        f, g, i, o = A[:, :H], A[:, H : 2 * H], A[:, 2 * H : 3 * H], A[:, 3 * H :]
        c = f * c_prev + g * i
        self.cache = (x, h_prev, c_prev, A, np.tanh(c))
        return o * np.tanh(c), c

    def backward(self, dh, dc):
        Wx, Wh, _b = self.params
        x, h_prev, c_prev, A, tanh_c = self.cache
        H = h_prev.shape[1]
        f, g, i, o = A[:, :H], A[:, H : 2 * H], A[:, 2 * H : 3 * H], A[:, 3 * H :]
        dc = dc + dh * o * (1 - tanh_c**2)
        dA = np.hstack([dc * c_prev, dc * i, dc * g, dh * tanh_c]) * A * (1 - A)
        self.grads[0][...] = x.T @ dA
        self.grads[1][...] = h_prev.T @ dA
        self.grads[2][...] = dA.sum(axis=0)
        return dA @ Wx.T, dA @ Wh.T, dc * f


class RightLSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        f, g, i, o = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
        f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
        c = f * c_prev + g * i
        self.cache = (x, h_prev, c_prev, f, g, i, o, np.tanh(c))
        return o * np.tanh(c), c

    def backward(self, dh, dc):
        Wx, Wh, _b = self.params
        x, h_prev, c_prev, f, g, i, o, tanh_c = self.cache
        dc = dc + dh * o * (1 - tanh_c**2)
        dA = np.hstack(
            [dc * c_prev * f * (1 - f), dc * i * (1 - g**2), dc * g * i * (1 - i), dh * tanh_c * o * (1 - o)]
        )
        self.grads = [x.T @ dA, h_prev.T @ dA, dA.sum(axis=0)]
        return dA @ Wx.T, dA @ Wh.T, dc * f


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.stateful = stateful

    def forward(self, xs):
        N, T, _D = xs.shape
        h = c = np.zeros((N, len(self.params[1])))
        self.layers, hs = [], []
        for t in range(T):
            self.layers.append(RightLSTM(*self.params))
            h, c = self.layers[-1].forward(xs[:, t], h, c)
            hs.append(h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        dh = dc = 0
        dxs, self.grads = [], [0, 0, 0]
        for t in reversed(range(dhs.shape[1])):
            dx, dh, dc = self.layers[t].backward(dhs[:, t] + dh, dc)
            dxs.insert(0, dx)
            self.grads = [total + step for total, step in zip(self.grads, self.layers[t].grads, strict=True)]
        return np.stack(dxs, axis=1)

    def set_state(self, h, c=None):
        self.h, self.c = h, c

    def reset_state(self):
        self.h, self.c = None, None


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        xz, xr, xh = np.split(x @ Wx + b, 3, axis=1)
        hz, hr, hh = np.split(h_prev @ Wh, 3, axis=1)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        h_hat = np.tanh(xh + r * hh)
        self.cache = (x, h_prev, z, r, h_hat, hh)
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh):
        Wx, Wh, _b = self.params
        x, h_prev, z, r, h_hat, hh = self.cache
        dn = dh * z * (1 - h_hat**2)
        dz = dh * (h_hat - h_prev) * z * (1 - z)
        dr = dn * hh * r * (1 - r)
        dX, dH = np.hstack([dz, dr, dn]), np.hstack([dz, dr, dn * r])
        self.grads[0][...] = x.T @ dX
        self.grads[1][...] = h_prev.T @ dH
        self.grads[2][...] = dX.sum(axis=0)
        return dX @ Wx.T, dh * (1 - z) + dH @ Wh.T
