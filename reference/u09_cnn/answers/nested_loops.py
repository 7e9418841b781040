# conv_output_size: fail places_divided
# im2col: fail last_place_missing
# Convolution: fail bias_per_product
# MaxPooling: fail stride_only_in_size
"""Mistakes in nested loops: the bias inside the sum, a range that ends too early, windows that never move on."""

import numpy as np


def conv_output_size(input_size, filter_size, stride=1, pad=0):
    span = input_size + 2 * pad
    if (span - filter_size) % stride != 0:
        raise ValueError(f"{input_size}, {filter_size}, {stride}, {pad}")
    starts = [place for place in range(span) if place + filter_size <= span]
    return len(starts) // stride


def im2col(input_data, filter_h, filter_w, stride=1, pad=0):
    img = np.pad(input_data, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    bottom, right = img.shape[2] - filter_h, img.shape[3] - filter_w
    rows = [
        one[:, top : top + filter_h, left : left + filter_w].reshape(-1)
        for one in img
        for top in range(0, bottom, stride)
        for left in range(0, right, stride)
    ]
    return np.array(rows)


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def _places(self, dout_shape):
        _, _, rows, columns = dout_shape
        _, _, h, w = self.W.shape
        for i, j in np.ndindex(rows, columns):
            top, left = i * self.stride, j * self.stride
            yield i, j, (slice(top, top + h), slice(left, left + w))

    def forward(self, x):
        p = self.pad
        self.x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        sizes = [(self.x.shape[a] - self.W.shape[a]) // self.stride + 1 for a in (2, 3)]
        out = np.zeros((x.shape[0], self.W.shape[0], *sizes))
        for i, j, (down, across) in self._places(out.shape):
            for k in range(len(self.W)):
                out[:, k, i, j] = np.sum(self.x[:, :, down, across] * self.W[k] + self.b[k], axis=(1, 2, 3))
        return out

    def backward(self, dout):
        dx, self.dW, self.db = np.zeros_like(self.x), np.zeros_like(self.W), dout.sum(axis=(0, 2, 3))
        for i, j, (down, across) in self._places(dout.shape):
            for k in range(len(self.W)):
                d = dout[:, k, i, j].reshape(-1, 1, 1, 1)
                self.dW[k] += (d * self.x[:, :, down, across]).sum(axis=0)
                dx[:, :, down, across] += d * self.W[k]
        p = self.pad
        return dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p]


class MaxPooling:
    def __init__(self, pool_h, pool_w, stride=2, pad=0):
        self.h, self.w, self.s = pool_h, pool_w, stride

    def forward(self, x):
        self.x = x
        rows, columns = (x.shape[2] - self.h) // self.s + 1, (x.shape[3] - self.w) // self.s + 1
        out = np.zeros((*x.shape[:2], rows, columns))
        for i in range(rows):
            for j in range(columns):
                out[:, :, i, j] = x[:, :, i : i + self.h, j : j + self.w].max(axis=(2, 3))
        return out

    def backward(self, dout):
        dx = np.zeros(self.x.shape)
        for n, c, i, j in np.ndindex(dout.shape):
            window = self.x[n, c, i : i + self.h, j : j + self.w]
            a, b = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i + a, j + b] += dout[n, c, i, j]
        return dx
