# LSTM.forward: pass
# LSTM.backward: pass
# TimeLSTM.forward: fail stateful_by_default
# TimeLSTM.backward: pass
"""Only the default is wrong."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h_prev, c_prev):
        f, g, i, o = np.split(x @ self.Wx + h_prev @ self.Wh + self.b, 4, axis=1)
        self.f, self.i, self.o, self.g = sigmoid(f), sigmoid(i), sigmoid(o), np.tanh(g)
        self.x, self.h_prev, self.c_prev = x, h_prev, c_prev
        c = self.f * c_prev + self.i * self.g
        self.tanh_c = np.tanh(c)
        return self.o * self.tanh_c, c

    def backward(self, dh, dc):
        dc = dc + dh * self.o * (1 - self.tanh_c**2)
        df = dc * self.c_prev * self.f * (1 - self.f)
        dg = dc * self.i * (1 - self.g**2)
        di = dc * self.g * self.i * (1 - self.i)
        do = dh * self.tanh_c * self.o * (1 - self.o)
        dA = np.hstack([df, dg, di, do])
        self.dWx, self.dWh, self.db = self.x.T @ dA, self.h_prev.T @ dA, dA.sum(axis=0)
        return dA @ self.Wx.T, dA @ self.Wh.T, dc * self.f


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=True):
        self.Wx, self.Wh, self.b, self.stateful = Wx, Wh, b, stateful
        self.h = self.c = None

    def forward(self, xs):
        N, T, _ = xs.shape
        H = len(self.Wh)
        if not self.stateful:
            self.reset_state()
        h = np.zeros((N, H)) if self.h is None else self.h
        c = np.zeros((N, H)) if self.c is None else self.c
        hs = np.zeros((N, T, H))
        self.cells = []
        for t in range(T):
            cell = LSTM(self.Wx, self.Wh, self.b)
            h, c = cell.forward(xs[:, t], h, c)
            hs[:, t] = h
            self.cells.append(cell)
        self.h, self.c = h, c
        return hs

    def backward(self, dhs):
        self.dWx, self.dWh, self.db = (np.zeros_like(p) for p in (self.Wx, self.Wh, self.b))
        dxs, dh, dc = [], 0, 0
        for t in reversed(range(dhs.shape[1])):
            cell = self.cells[t]
            dx, dh, dc = cell.backward(dhs[:, t] + dh, dc)
            dxs.insert(0, dx)
            self.dWx, self.dWh, self.db = self.dWx + cell.dWx, self.dWh + cell.dWh, self.db + cell.db
        return np.stack(dxs, axis=1)

    def set_state(self, h, c=None):
        self.h, self.c = h, c

    def reset_state(self):
        self.h = self.c = None
