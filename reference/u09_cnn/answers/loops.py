# right
"""Plain loops over output positions, no im2col; a tie in a pooling window is split evenly."""

import numpy as np


def conv_output_size(input_size, filter_size, stride=1, pad=0):
    way = input_size + 2 * pad - filter_size
    if way < 0 or way % stride:
        raise ValueError(f"no whole number of steps: {input_size}, {filter_size}, {stride}, {pad}")
    return np.int64(way // stride + 1)


def positions(shape, h, w, stride, pad):
    for i in range(conv_output_size(shape[2], h, stride, pad)):
        for j in range(conv_output_size(shape[3], w, stride, pad)):
            yield i, j, slice(i * stride, i * stride + h), slice(j * stride, j * stride + w)


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]
        self.stride, self.pad = stride, pad

    def forward(self, x):
        W, b = self.params
        self.x = np.pad(x, [(0, 0), (0, 0), (self.pad, self.pad), (self.pad, self.pad)])
        self.places = list(positions(x.shape, W.shape[2], W.shape[3], self.stride, self.pad))
        out = np.zeros((len(x), len(W), self.places[-1][0] + 1, self.places[-1][1] + 1))
        for i, j, rows, columns in self.places:
            out[:, :, i, j] = np.einsum("nchw,fchw->nf", self.x[:, :, rows, columns], W) + b
        return out

    def backward(self, dout):
        W, _ = self.params
        dx = np.zeros_like(self.x)
        self.grads[0][...] = 0
        for i, j, rows, columns in self.places:
            dx[:, :, rows, columns] += np.einsum("nf,fchw->nchw", dout[:, :, i, j], W)
            self.grads[0] += np.einsum("nf,nchw->fchw", dout[:, :, i, j], self.x[:, :, rows, columns])
        self.grads[1][...] = dout.sum(axis=(0, 2, 3))
        _, _, H, W_ = dx.shape
        return dx[:, :, self.pad : H - self.pad, self.pad : W_ - self.pad]


class MaxPooling:
    def __init__(self, pool_h, pool_w, stride=2, pad=0):
        self.h, self.w, self.stride, self.pad = pool_h, pool_w, stride, pad

    def forward(self, x):
        frame = [(0, 0), (0, 0), (self.pad, self.pad), (self.pad, self.pad)]
        self.x = np.pad(x, frame, constant_values=-np.inf)
        self.places = list(positions(x.shape, self.h, self.w, self.stride, self.pad))
        out = np.zeros((*x.shape[:2], self.places[-1][0] + 1, self.places[-1][1] + 1))
        for i, j, rows, columns in self.places:
            out[:, :, i, j] = self.x[:, :, rows, columns].max(axis=(2, 3))
        return out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, rows, columns in self.places:
            window = self.x[:, :, rows, columns]
            won = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, rows, columns] += won * dout[:, :, i, j][:, :, None, None] / won.sum(axis=(2, 3), keepdims=True)
        _, _, H, W = dx.shape
        return dx[:, :, self.pad : H - self.pad, self.pad : W - self.pad]
