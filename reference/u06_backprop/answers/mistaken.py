# MulLayer: fail not_swapped
# Relu: fail mask_from_dout
# Sigmoid: fail slope_from_input
# Tanh: fail two_sigmoid
# Affine: fail db_mean
# SoftmaxWithLoss: fail not_averaged_with_epsilon
# SigmoidWithLoss: fail t_minus_y
# MeanSquaredError: fail half_sum
# mlp_deltas: fail updated_weights_used
# One well-known mistake in each, written as students write, so that the names do not hang on our own wording.
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class MulLayer:
    def forward(self, a, b):
        self.a = a
        self.b = b
        return a * b

    def backward(self, dout):
        da = self.a * dout
        db = self.b * dout
        return da, db


class Relu:
    def forward(self, x):
        return np.maximum(0, x)

    def backward(self, dout):
        dx = dout.copy()
        dx[dout <= 0] = 0
        return dx


class Sigmoid:
    def forward(self, x):
        self.x = x
        return sigmoid(x)

    def backward(self, dout):
        return self.x * (1.0 - self.x) * dout


class Tanh:
    def forward(self, x):
        self.out = 2 * sigmoid(x) - 1
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out * self.out)


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.shape = x.shape
        self.x = np.reshape(x, (x.shape[0], -1))
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.mean(dout, axis=0)
        return np.dot(dout, self.W.T).reshape(self.shape)


class SoftmaxWithLoss:
    def forward(self, x, t):
        if t.ndim == 1:
            t = np.eye(x.shape[1])[t]
        self.t = t
        e = np.exp(x - np.max(x, axis=1).reshape(-1, 1))
        self.y = e / np.sum(e, axis=1).reshape(-1, 1)
        return -np.sum(t * np.log(self.y + 1e-7))

    def backward(self, dout=1):
        return (self.y - self.t) * dout / self.t.shape[0]


class SigmoidWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = np.clip(sigmoid(x), 1e-12, 1 - 1e-12)
        return -np.mean(t * np.log(self.y) + (1 - t) * np.log(1 - self.y))

    def backward(self, dout=1):
        return (self.t - self.y) * dout / len(self.t)


class MeanSquaredError:
    def forward(self, y, t):
        self.y, self.t = y, t
        return 0.5 * np.sum((y - t) ** 2)

    def backward(self, dout=1):
        return dout * (self.y - self.t)


def mlp_deltas(x, t, w_hidden, w_output, alpha):
    x = np.concatenate([[1.0], x])
    h = np.concatenate([[1.0], sigmoid(np.dot(w_hidden, x))])
    o = sigmoid(np.dot(w_output, h))
    delta = (t - o) * o * (1 - o)
    change_output = alpha * delta[:, None] * h[None, :]
    w_output = w_output + change_output
    blame = h[1:] * (1 - h[1:]) * np.dot(w_output[:, 1:].T, delta)
    return o, change_output, alpha * blame[:, None] * x[None, :]
