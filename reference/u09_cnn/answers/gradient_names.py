# right: gradients under names of their own, beside zeros in `grads` that nobody writes into
import numpy as np


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def places(self):
        FH, FW = self.W.shape[2:]
        height, width = self.padded.shape[2:]
        for i, top in enumerate(range(0, height - FH + 1, self.stride)):
            for j, left in enumerate(range(0, width - FW + 1, self.stride)):
                yield i, j, (slice(None), slice(None), slice(top, top + FH), slice(left, left + FW))

    def forward(self, x):
        self.padded = np.pad(x, [(0, 0), (0, 0), (self.pad, self.pad), (self.pad, self.pad)])
        (*_, (rows, columns, _)) = self.places()
        out = np.empty((len(x), len(self.W), rows + 1, columns + 1))
        for i, j, window in self.places():
            out[:, :, i, j] = np.tensordot(self.padded[window], self.W, axes=([1, 2, 3], [1, 2, 3])) + self.b
        return out

    def backward(self, dout):
        self.weight_grad, self.dbias = np.zeros_like(self.W), dout.sum(axis=(0, 2, 3))
        dx = np.zeros_like(self.padded)
        for i, j, window in self.places():
            self.weight_grad += np.tensordot(dout[:, :, i, j], self.padded[window], axes=(0, 0))
            dx[window] += np.tensordot(dout[:, :, i, j], self.W, axes=(1, 0))
        stop = -self.pad if self.pad else None
        return dx[:, :, self.pad : stop, self.pad : stop]
