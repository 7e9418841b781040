# pad: fail every_axis
# conv1d: fail stride_only_in_size
# conv1d_multichannel: fail bias_per_channel
# conv3d: fail filter_flipped
# conv_parameter_count: fail one_bias
# AveragePooling: fail dout_not_divided
# L2Pooling: fail mean_inside
# GlobalMaxPooling1D: fail dout_to_all
# GlobalAveragePooling1D: fail sum_over_time
# Flatten: fail fortran_order
"""Mistakes in the words of others: a loop that forgets the stride, a bias added too often, np.convolve's order."""

import numpy as np


def pad(x, width):
    big = np.zeros([length + 2 * width for length in x.shape])
    big[tuple(slice(width, width + length) for length in x.shape)] = x
    return big


def conv1d(x, w, b=0.0, stride=1, pad=0):
    x = np.concatenate([np.zeros(pad), x, np.zeros(pad)])
    count = (len(x) - len(w)) // stride + 1
    out = np.zeros(count)
    for place in range(count):
        for k, weight in enumerate(w):
            out[place] += x[place + k] * weight
        out[place] += b
    return out


def conv1d_multichannel(x, W, b, stride=1, pad=0):
    x = np.pad(x, ((0, 0), (pad, pad)))
    FN, C, K = W.shape
    starts = list(range(0, x.shape[1] - K + 1, stride))
    out = np.zeros((FN, len(starts)))
    for f in range(FN):
        for n, s in enumerate(starts):
            for c in range(C):
                out[f, n] += (x[c, s : s + K] * W[f, c]).sum() + b[f]
    return out


def conv3d(x, w, b=0.0, stride=1):
    w = np.flip(w)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride, ::stride]
    return (windows * w).sum(axis=(3, 4, 5)) + b


def conv_parameter_count(channels, filters, kernel_size, bias=True):
    total = channels * filters
    for length in kernel_size:
        total *= length
    return total + (1 if bias else 0)


class Pool:
    def __init__(self, pool_h, pool_w, stride=2):
        self.h, self.w, self.s = pool_h, pool_w, stride

    def spots(self, shape):
        for i, j in np.ndindex((shape[2] - self.h) // self.s + 1, (shape[3] - self.w) // self.s + 1):
            yield i, j, np.s_[:, :, i * self.s : i * self.s + self.h, j * self.s : j * self.s + self.w]

    def forward(self, x):
        self.x = x
        self.out = np.zeros((*x.shape[:2], (x.shape[2] - self.h) // self.s + 1, (x.shape[3] - self.w) // self.s + 1))
        for i, j, here in self.spots(x.shape):
            self.out[:, :, i, j] = self.value(x[here])
        return self.out


class AveragePooling(Pool):
    def value(self, window):
        return window.mean(axis=(2, 3))

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, here in self.spots(dx.shape):
            dx[here] += dout[:, :, i : i + 1, j : j + 1]
        return dx


class L2Pooling(Pool):
    def value(self, window):
        return np.sqrt(np.mean(window**2, axis=(2, 3)))

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, here in self.spots(dx.shape):
            length = self.out[:, :, i : i + 1, j : j + 1]
            dx[here] += dout[:, :, i : i + 1, j : j + 1] * self.x[here] / np.maximum(length, 1e-300) / (self.h * self.w)
        return dx


class GlobalMaxPooling1D:
    def forward(self, x):
        self.T = x.shape[1]
        return np.max(x, axis=1)

    def backward(self, dout):
        return np.tile(dout[:, None, :], (1, self.T, 1))


class GlobalAveragePooling1D:
    def forward(self, x):
        self.T = x.shape[1]
        return x.sum(axis=1)

    def backward(self, dout):
        return np.tile(dout[:, None, :], (1, self.T, 1))


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return np.array([one.flatten("F") for one in x])

    def backward(self, dout):
        return np.array([row.reshape(self.shape[1:], order="F") for row in dout])
