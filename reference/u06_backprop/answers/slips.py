# Affine: fail x_before_flattening
# SoftmaxWithLoss: error labels_in_backward
# TwoLayerNet.predict: fail tanh_hidden
# TwoLayerNet.accuracy: pass
# TwoLayerNet.gradient: fail dw_as_db2
# Slips that were seen in students' code, each in a class that is right otherwise.
import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        x = x.reshape(x.shape[0], -1)
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T).reshape(self.x.shape)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        if t.ndim == 1:
            return -np.sum(np.log(self.y[np.arange(len(t)), t] + 1e-7)) / len(t)
        return -np.sum(t * np.log(self.y + 1e-7)) / len(t)

    def backward(self, dout=1):
        return (self.y - self.t) / self.t.shape[0]


class TwoLayerNet:
    """tanh where ReLU is meant, and the gradient of W2 under the name of b2."""

    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": 0.01 * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": 0.01 * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def activation(self, z):
        return np.tanh(z), 1 - np.tanh(z) ** 2

    def predict(self, x):
        h, _ = self.activation(x @ self.params["W1"] + self.params["b1"])
        return h @ self.params["W2"] + self.params["b2"]

    def loss(self, x, t):
        y = self.predict(x)
        return np.mean(np.log(np.exp(y).sum(axis=1)) - (t * y).sum(axis=1))

    def accuracy(self, x, t):
        classes = t if t.ndim == 1 else t.argmax(axis=1)
        return (self.predict(x).argmax(axis=1) == classes).sum() / len(x)

    def gradient(self, x, t):
        h = np.maximum(x @ self.params["W1"] + self.params["b1"], 0)
        y = np.exp(h @ self.params["W2"] + self.params["b2"])
        d = (y / y.sum(axis=1, keepdims=True) - t) / len(x)
        back = (d @ self.params["W2"].T) * (h > 0)
        return {"W1": x.T @ back, "b1": back.sum(axis=0), "W2": h.T @ d, "b2": h.T @ d}
