# right
"""Everything in float32."""

import numpy as np

F = np.float32


def windows_of(x, size, stride, axis):
    view = np.lib.stride_tricks.sliding_window_view(x, size, axis=axis)
    for one in axis if isinstance(axis, tuple) else (axis,):
        view = view[(slice(None),) * one + (slice(None, None, stride),)]
    return view


def pad(x, width):
    return np.pad(x.astype(F), ((0, 0), (0, 0), (width, width), (width, width)))


def conv1d(x, w, b=0.0, stride=1, pad=0):
    x = np.pad(x.astype(F), pad)
    return np.einsum("ik,k->i", windows_of(x, len(w), stride, 0), w.astype(F)) + F(b)


def conv1d_multichannel(x, W, b, stride=1, pad=0):
    x = np.pad(x.astype(F), [(0, 0), (pad, pad)])
    return np.einsum("cik,fck->fi", windows_of(x, W.shape[2], stride, 1), W.astype(F)) + b.astype(F).reshape(-1, 1)


def conv3d(x, w, b=0.0, stride=1):
    return np.einsum("ijkabc,abc->ijk", windows_of(x.astype(F), w.shape, stride, (0, 1, 2)), w.astype(F)) + F(b)


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W.astype(F), b.astype(F), stride, pad

    def forward(self, x):
        p = self.pad
        self.x = np.pad(x.astype(F), [(0, 0), (0, 0), (p, p), (p, p)])
        self.windows = windows_of(self.x, self.W.shape[2:], self.stride, (2, 3))
        return np.einsum("ncijuv,fcuv->nfij", self.windows, self.W) + self.b[:, None, None]

    def backward(self, dout):
        dout = dout.astype(F)
        self.db = dout.sum(axis=(0, 2, 3))
        self.dW = np.einsum("ncijuv,nfij->fcuv", self.windows, dout)
        dx = np.zeros_like(self.x)
        for i, j in np.ndindex(dout.shape[2:]):
            top, left = i * self.stride, j * self.stride
            here = np.s_[:, :, top : top + self.W.shape[2], left : left + self.W.shape[3]]
            dx[here] += np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], self.W)
        return dx[:, :, self.pad : dx.shape[2] - self.pad, self.pad : dx.shape[3] - self.pad]


class Pool:
    def __init__(self, pool_h, pool_w, stride=2):
        self.size, self.stride = (pool_h, pool_w), stride

    def forward(self, x):
        self.x = x.astype(F)
        self.out = self.summary(windows_of(self.x, self.size, self.stride, (2, 3)))
        return self.out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j in np.ndindex(dout.shape[2:]):
            top, left = i * self.stride, j * self.stride
            here = np.s_[:, :, top : top + self.size[0], left : left + self.size[1]]
            slope = self.slope(self.x[here], self.out[:, :, i : i + 1, j : j + 1])
            dx[here] += slope * dout[:, :, i : i + 1, j : j + 1].astype(F)
        return dx


class AveragePooling(Pool):
    def summary(self, windows):
        return windows.mean(axis=(4, 5))

    def slope(self, window, out):
        return np.ones_like(window) / F(window.shape[2] * window.shape[3])


class L2Pooling(Pool):
    def summary(self, windows):
        return np.sqrt((windows * windows).sum(axis=(4, 5)))

    def slope(self, window, out):
        return window / np.maximum(out, F(1e-20))


class GlobalMaxPooling1D:
    def forward(self, x):
        self.x = x.astype(F)
        return self.x.max(axis=1)

    def backward(self, dout):
        hit = np.eye(self.x.shape[1], dtype=F)[self.x.argmax(axis=1)]  # (N, C, T)
        return hit.transpose(0, 2, 1) * dout[:, None, :].astype(F)


class GlobalAveragePooling1D:
    def forward(self, x):
        self.x = x.astype(F)
        return self.x.mean(axis=1)

    def backward(self, dout):
        return np.stack([dout.astype(F) / F(self.x.shape[1])] * self.x.shape[1], axis=1)
