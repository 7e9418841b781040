# right: the second book's style, with reshape and repeat and a softmax layer
import numpy as np


class Softmax:
    def __init__(self):
        self.out = None

    def forward(self, x):
        x = x - x.max(axis=1, keepdims=True)
        self.out = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        return self.out

    def backward(self, dout):
        dx = self.out * dout
        dx -= self.out * np.sum(dx, axis=1, keepdims=True)
        return dx


class WeightSum:
    def __init__(self):
        self.params, self.grads = [], []
        self.cache = None

    def forward(self, hs, a):
        N, T, H = hs.shape
        ar = a.reshape(N, T, 1).repeat(H, axis=2)
        t = hs * ar
        self.cache = (hs, ar)
        return np.sum(t, axis=1)

    def backward(self, dc):
        hs, ar = self.cache
        N, T, H = hs.shape
        dt = dc.reshape(N, 1, H).repeat(T, axis=1)
        return dt * ar, np.sum(dt * hs, axis=2)


class AttentionWeight:
    def __init__(self):
        self.params, self.grads = [], []
        self.softmax = Softmax()
        self.cache = None

    def forward(self, hs, h):
        N, T, H = hs.shape
        hr = h.reshape(N, 1, H).repeat(T, axis=1)
        self.cache = (hs, hr)
        return self.softmax.forward(np.sum(hs * hr, axis=2))

    def backward(self, da):
        hs, hr = self.cache
        N, T, H = hs.shape
        dt = self.softmax.backward(da).reshape(N, T, 1).repeat(H, axis=2)
        return dt * hr, np.sum(dt * hs, axis=1)


class Attention:
    def __init__(self):
        self.params, self.grads = [], []
        self.weights_of, self.sum_of = AttentionWeight(), WeightSum()
        self.attention_weight = None

    def forward(self, hs, h):
        a = self.weights_of.forward(hs, h)
        self.attention_weight = a
        return self.sum_of.forward(hs, a)

    def backward(self, dout):
        dhs0, da = self.sum_of.backward(dout)
        dhs1, dh = self.weights_of.backward(da)
        return dhs0 + dhs1, dh


class TimeAttention:
    def __init__(self):
        self.params, self.grads = [], []
        self.layers = None
        self.attention_weights = None

    def forward(self, hs_enc, hs_dec):
        out = np.empty_like(hs_dec)
        self.layers, self.attention_weights = [], []
        for t in range(hs_dec.shape[1]):
            layer = Attention()
            out[:, t, :] = layer.forward(hs_enc, hs_dec[:, t, :])
            self.layers.append(layer)
            self.attention_weights.append(layer.attention_weight)
        return out

    def backward(self, dout):
        dhs_enc = 0
        dhs_dec = np.empty_like(dout)
        for t in range(dout.shape[1]):
            dhs, dh = self.layers[t].backward(dout[:, t, :])
            dhs_enc += dhs
            dhs_dec[:, t, :] = dh
        return dhs_enc, dhs_dec


def dot(s, hs):
    return np.einsum("nh,nth->nt", s, hs)


def scaled_dot(s, hs):
    return np.matmul(hs, s[:, :, None])[:, :, 0] / s.shape[-1] ** 0.5


def general(s, hs, Wa):
    return np.einsum("ni,ij,ntj->nt", s, Wa, hs)


def concat(s, hs, Wb, wa):
    T = hs.shape[1]
    pair = np.concatenate([np.repeat(s[:, None, :], T, axis=1), hs], axis=2)
    return np.dot(np.tanh(np.dot(pair, Wb)), wa)


def location(s, Wa):
    return Softmax().forward(np.dot(s, Wa))
