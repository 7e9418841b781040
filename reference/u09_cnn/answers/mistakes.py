# Convolution: fail kernel_flipped
# MaxPooling: fail shared_maximum_overwritten
# im2col: fail rows_by_position
"""Mistakes as students write them: scipy's convolution, a loop that overwrites, Octave's row order."""

import numpy as np


def im2col(input_data, filter_h, filter_w, stride=1, pad=0):
    img = np.pad(input_data, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    rows = []
    for i in range(0, img.shape[2] - filter_h + 1, stride):
        for j in range(0, img.shape[3] - filter_w + 1, stride):
            for image in img:
                rows.append(image[:, i : i + filter_h, j : j + filter_w].ravel())
    return np.array(rows)


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def forward(self, x):
        FN, _C, FH, FW = self.W.shape
        s, p = self.stride, self.pad
        self.x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
        self.K = self.W[:, :, ::-1, ::-1]  # "convolution turns the kernel"
        out_h, out_w = (self.x.shape[2] - FH) // s + 1, (self.x.shape[3] - FW) // s + 1
        out = np.zeros((len(x), FN, out_h, out_w))
        for i in range(out_h):
            for j in range(out_w):
                window = self.x[:, :, i * s : i * s + FH, j * s : j * s + FW]
                out[:, :, i, j] = np.tensordot(window, self.K, axes=([1, 2, 3], [1, 2, 3])) + self.b
        return out

    def backward(self, dout):
        _FN, _C, FH, FW = self.W.shape
        s, p = self.stride, self.pad
        dx, dK = np.zeros_like(self.x), np.zeros_like(self.W)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                here = (slice(None), slice(None), slice(i * s, i * s + FH), slice(j * s, j * s + FW))
                dx[here] += np.tensordot(dout[:, :, i, j], self.K, axes=1)
                dK += np.tensordot(dout[:, :, i, j], self.x[here], axes=([0], [0]))
        self.dW = dK[:, :, ::-1, ::-1]
        self.db = dout.sum(axis=(0, 2, 3))
        return dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p]


class MaxPooling:
    def __init__(self, pool_h, pool_w, stride=2, pad=0):
        self.h, self.w, self.s = pool_h, pool_w, stride

    def forward(self, x):
        self.x = x
        N, C, H, W = x.shape
        out = np.zeros((N, C, (H - self.h) // self.s + 1, (W - self.w) // self.s + 1))
        self.place = np.zeros((*out.shape, 2), dtype=int)
        for n, c, i, j in np.ndindex(out.shape):
            window = x[n, c, i * self.s : i * self.s + self.h, j * self.s : j * self.s + self.w]
            a, b = np.unravel_index(window.argmax(), window.shape)
            out[n, c, i, j] = window[a, b]
            self.place[n, c, i, j] = i * self.s + a, j * self.s + b
        return out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for n, c, i, j in np.ndindex(dout.shape):
            a, b = self.place[n, c, i, j]
            dx[n, c, a, b] = dout[n, c, i, j]
        return dx
