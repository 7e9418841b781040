# right: every result in single precision
import numpy as np


def f(x):
    return np.asarray(x, dtype=np.float32)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class WeightSum:
    def forward(self, hs, a):
        self.hs, self.a = f(hs), f(a)
        return np.einsum("nth,nt->nh", self.hs, self.a)

    def backward(self, dc):
        return self.a[:, :, None] * f(dc)[:, None, :], np.einsum("nth,nh->nt", self.hs, f(dc))


class AttentionWeight:
    def forward(self, hs, h):
        self.hs, self.h = f(hs), f(h)
        self.a = softmax(np.einsum("nth,nh->nt", self.hs, self.h))
        return self.a

    def backward(self, da):
        ds = self.a * (f(da) - (self.a * f(da)).sum(axis=1, keepdims=True))
        return ds[:, :, None] * self.h[:, None, :], np.einsum("nt,nth->nh", ds, self.hs)


class Attention:
    def __init__(self):
        self.parts = AttentionWeight(), WeightSum()

    def forward(self, hs, h):
        self.attention_weight = self.parts[0].forward(hs, h)
        return self.parts[1].forward(hs, self.attention_weight)

    def backward(self, dout):
        dhs, da = self.parts[1].backward(dout)
        more, dh = self.parts[0].backward(da)
        return dhs + more, dh


class TimeAttention:
    def forward(self, hs_enc, hs_dec):
        self.layers = [Attention() for _ in range(hs_dec.shape[1])]
        out = [layer.forward(hs_enc, hs_dec[:, t]) for t, layer in enumerate(self.layers)]
        self.attention_weights = np.stack([layer.attention_weight for layer in self.layers])
        return np.stack(out, axis=1)

    def backward(self, dout):
        pairs = [layer.backward(dout[:, t]) for t, layer in enumerate(self.layers)]
        return np.sum([dhs for dhs, _ in pairs], axis=0), np.stack([dh for _, dh in pairs], axis=1)


def dot(s, hs):
    return np.einsum("nh,nth->nt", f(s), f(hs))


def scaled_dot(s, hs):
    return dot(s, hs) / np.float32(np.sqrt(s.shape[1]))


def general(s, hs, Wa):
    return dot(f(s) @ f(Wa), hs)


def concat(s, hs, Wb, wa):
    n = s.shape[1]
    return np.tanh((f(s) @ f(Wb)[:n])[:, None] + f(hs) @ f(Wb)[n:]) @ f(wa)


def location(s, Wa):
    return softmax(f(s) @ f(Wa))
