# right
"""Plain Python loops for series, volumes and pooling; masks in place of argmax."""

import numpy as np


def pad(x, width):
    for axis in (2, 3):
        shape = list(x.shape)
        shape[axis] = width
        x = np.concatenate([np.zeros(shape), x, np.zeros(shape)], axis=axis)
    return x


def conv1d(x, w, b=0.0, stride=1, pad=0):
    x = [0.0] * pad + list(x) + [0.0] * pad
    results = []
    start = 0
    while start + len(w) <= len(x):
        total = b
        for k in range(len(w)):
            total += x[start + k] * w[k]
        results.append(total)
        start += stride
    return np.array(results)


def conv1d_multichannel(x, W, b, stride=1, pad=0):
    rows = []
    for f in range(len(W)):
        row = b[f]
        for c in range(len(x)):
            row = row + conv1d(x[c], W[f, c], 0.0, stride, pad)
        rows.append(row)
    return np.array(rows)


def conv3d(x, w, b=0.0, stride=1):
    (D, H, W), (kd, kh, kw) = x.shape, w.shape
    od, oh, ow = (D - kd) // stride + 1, (H - kh) // stride + 1, (W - kw) // stride + 1
    out = np.full((od, oh, ow), float(b))
    for a in range(kd):
        for u in range(kh):
            for v in range(kw):
                out += w[a, u, v] * x[
                    a : a + od * stride : stride, u : u + oh * stride : stride, v : v + ow * stride : stride
                ]
    return out


def conv_parameter_count(channels, filters, kernel_size, bias=True):
    count = filters if bias else 0
    weights = channels * filters
    for length in kernel_size:
        weights *= length
    return weights + count


class Windows:
    def __init__(self, pool_h, pool_w, stride=2):
        self.h, self.w, self.s = pool_h, pool_w, stride

    def places(self):
        _, _, H, W = self.x.shape
        for i in range((H - self.h) // self.s + 1):
            for j in range((W - self.w) // self.s + 1):
                rows, columns = slice(i * self.s, i * self.s + self.h), slice(j * self.s, j * self.s + self.w)
                yield i, j, (slice(None), slice(None), rows, columns)

    def empty(self):
        i, j, _ = list(self.places())[-1]
        return np.empty((*self.x.shape[:2], i + 1, j + 1))


class AveragePooling(Windows):
    def forward(self, x):
        self.x = x
        out = self.empty()
        for i, j, here in self.places():
            out[:, :, i, j] = x[here].sum(axis=(2, 3)) / (self.h * self.w)
        return out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, here in self.places():
            dx[here] += dout[:, :, i, j][:, :, None, None] / (self.h * self.w)
        return dx


class L2Pooling(Windows):
    def forward(self, x):
        self.x = x
        self.out = self.empty()
        for i, j, here in self.places():
            self.out[:, :, i, j] = np.linalg.norm(x[here], axis=(2, 3))
        return self.out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, here in self.places():
            length = self.out[:, :, i, j]
            slope = np.divide(dout[:, :, i, j], length, out=np.zeros_like(length), where=length > 0)
            dx[here] += self.x[here] * slope[:, :, None, None]
        return dx


class GlobalMaxPooling1D:
    def forward(self, x):
        out = x.max(axis=1)
        self.mask = x == out[:, None, :]
        return out

    def backward(self, dout):
        return self.mask * dout[:, None, :]


class GlobalAveragePooling1D:
    def forward(self, x):
        self.x = x
        return sum(x[:, t] for t in range(x.shape[1])) / x.shape[1]

    def backward(self, dout):
        return np.ones_like(self.x) * dout[:, None, :] / self.x.shape[1]


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return np.array([one.ravel() for one in x])

    def backward(self, dout):
        return np.array([row.reshape(self.shape[1:]) for row in dout])
