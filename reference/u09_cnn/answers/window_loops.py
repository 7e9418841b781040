# im2col: error width_from_height
# col2im: fail empty_slice
# Convolution: fail accumulates
# MaxPooling: fail window_assigned
"""Loops over windows, and four mistakes often made in them."""

import numpy as np


def conv_output_size(input_size, filter_size, stride=1, pad=0):
    return (input_size + 2 * pad - filter_size) // stride + 1


def im2col(images, filter_h, filter_w, stride=1, pad=0):
    n, c, h, _ = images.shape
    rows = conv_output_size(h, filter_h, stride, pad)
    columns = conv_output_size(h, filter_w, stride, pad)
    padded = np.pad(images, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    col = np.zeros((n, c, filter_h, filter_w, rows, columns))
    for i in range(filter_h):
        for j in range(filter_w):
            part = padded[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            col[:, :, i, j] = part
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * rows * columns, -1)


def col2im(col, input_shape, filter_h, filter_w, stride=1, pad=0):
    n, c, h, w = input_shape
    rows, columns = conv_output_size(h, filter_h, stride, pad), conv_output_size(w, filter_w, stride, pad)
    windows = col.reshape(n, rows, columns, c, filter_h, filter_w)
    padded = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    for r in range(rows):
        for s in range(columns):
            padded[:, :, r * stride : r * stride + filter_h, s * stride : s * stride + filter_w] += windows[:, r, s]
    return padded[:, :, pad:-pad, pad:-pad]


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    def forward(self, x):
        p, s = self.pad, self.stride
        count, _, height, width = self.W.shape
        self.x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        rows = (self.x.shape[2] - height) // s + 1
        columns = (self.x.shape[3] - width) // s + 1
        out = np.zeros((x.shape[0], count, rows, columns))
        for r in range(rows):
            for q in range(columns):
                window = self.x[:, :, r * s : r * s + height, q * s : q * s + width]
                out[:, :, r, q] = np.einsum("nchw,fchw->nf", window, self.W) + self.b
        return out

    def backward(self, dout):
        p, s = self.pad, self.stride
        _, _, height, width = self.W.shape
        dx = np.zeros_like(self.x)
        for r in range(dout.shape[2]):
            for q in range(dout.shape[3]):
                place = (slice(None), slice(None), slice(r * s, r * s + height), slice(q * s, q * s + width))
                self.dW += np.einsum("nf,nchw->fchw", dout[:, :, r, q], self.x[place])
                dx[place] += np.einsum("nf,fchw->nchw", dout[:, :, r, q], self.W)
        self.db += dout.sum(axis=(0, 2, 3))
        return dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p]


class MaxPooling:
    def __init__(self, pool_h, pool_w, stride=2, pad=0):
        self.h, self.w, self.stride = pool_h, pool_w, stride

    def forward(self, x):
        self.x = x
        rows, columns = (x.shape[2] - self.h) // self.stride + 1, (x.shape[3] - self.w) // self.stride + 1
        out = np.zeros((*x.shape[:2], rows, columns))
        for r in range(rows):
            for q in range(columns):
                out[:, :, r, q] = x[self.window(r, q)].max(axis=(2, 3))
        return out

    def window(self, r, q):
        top, left = r * self.stride, q * self.stride
        return slice(None), slice(None), slice(top, top + self.h), slice(left, left + self.w)

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for r in range(dout.shape[2]):
            for q in range(dout.shape[3]):
                part = self.x[self.window(r, q)]
                mask = part == part.max(axis=(2, 3), keepdims=True)
                dx[self.window(r, q)] = mask * dout[:, :, r, q][:, :, None, None]
        return dx
