# LSTM.forward: pass
# LSTM.backward: fail accumulates
# TimeLSTM.forward: pass
# TimeLSTM.set_state: fail set_state_keeps_cell
# TimeLSTM.reset_state: pass
# GRU.forward: pass
# GRU.backward: fail accumulates
"""Gradients that pile up from call to call, and a set_state(h) that leaves the old cell where it is."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        A = np.dot(x, Wx) + np.dot(h_prev, Wh) + b
        f, i, o = sigmoid(A[:, :H]), sigmoid(A[:, 2 * H : 3 * H]), sigmoid(A[:, 3 * H :])
        g = np.tanh(A[:, H : 2 * H])
        c = f * c_prev + g * i
        self.cache = (x, h_prev, c_prev, f, g, i, o, np.tanh(c))
        return o * np.tanh(c), c

    def backward(self, dh, dc):
        Wx, Wh, _ = self.params
        x, h_prev, c_prev, f, g, i, o, t = self.cache
        ds = dc + dh * o * (1 - t**2)
        dA = np.concatenate(
            [ds * c_prev * f * (1 - f), ds * i * (1 - g**2), ds * g * i * (1 - i), dh * t * o * (1 - o)], axis=1
        )
        self.grads[0] += np.dot(x.T, dA)
        self.grads[1] += np.dot(h_prev.T, dA)
        self.grads[2] += dA.sum(axis=0)
        return np.dot(dA, Wx.T), np.dot(dA, Wh.T), ds * f


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.stateful, self.h, self.c = stateful, None, None

    def forward(self, xs):
        N, T, _ = xs.shape
        H = self.params[1].shape[0]
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        if not self.stateful or self.c is None:
            self.c = np.zeros((N, H))
        self.layers, hs = [], []
        for t in range(T):
            cell = LSTM(*self.params)
            self.h, self.c = cell.forward(xs[:, t], self.h, self.c)
            self.layers.append(cell)
            hs.append(self.h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        dh, dc, steps = 0, 0, []
        totals = [0, 0, 0]
        for t in reversed(range(dhs.shape[1])):
            dx, dh, dc = self.layers[t].backward(dhs[:, t] + dh, dc)
            steps.insert(0, dx)
            totals = [total + grad for total, grad in zip(totals, self.layers[t].grads, strict=True)]
        for grad, total in zip(self.grads, totals, strict=True):
            grad[...] = total
        return np.stack(steps, axis=1)

    def set_state(self, h, c=None):
        self.h = h
        if c is not None:
            self.c = c

    def reset_state(self):
        self.h = self.c = None


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev):
        (Wxz, Wxr, Wxn), (Whz, Whr, Whn) = (np.split(W, 3, axis=1) for W in self.params[:2])
        bz, br, bn = np.split(self.params[2], 3)
        z = sigmoid(x @ Wxz + h_prev @ Whz + bz)
        r = sigmoid(x @ Wxr + h_prev @ Whr + br)
        n = np.tanh(x @ Wxn + (r * h_prev) @ Whn + bn)
        self.cache = (x, h_prev, z, r, n)
        return (1 - z) * h_prev + z * n

    def backward(self, dh):
        Wx, Wh, _ = self.params
        x, h_prev, z, r, n = self.cache
        Whz, Whr, Whn = np.split(Wh, 3, axis=1)
        dn = dh * z * (1 - n**2)
        dz = dh * (n - h_prev) * z * (1 - z)
        through = dn @ Whn.T
        dr = through * h_prev * r * (1 - r)
        dA = np.hstack([dz, dr, dn])
        self.grads[0] += x.T @ dA
        self.grads[1] += np.hstack([h_prev.T @ dz, h_prev.T @ dr, (r * h_prev).T @ dn])
        self.grads[2] += dA.sum(axis=0)
        return dA @ Wx.T, dh * (1 - z) + through * r + dz @ Whz.T + dr @ Whr.T
