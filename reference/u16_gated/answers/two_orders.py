# LSTM.forward: pass
# LSTM.backward: fail
"""Forward in PyTorch's order, backward in the course's: not a convention."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h_prev, c_prev):
        i, f, g, o = np.split(x @ self.Wx + h_prev @ self.Wh + self.b, 4, axis=1)
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
