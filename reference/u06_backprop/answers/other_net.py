# TwoLayerNet.predict: fail sigmoid_and_probabilities
# TwoLayerNet.accuracy: pass
# TwoLayerNet.gradient: fail sigmoid_hidden
# The net of an earlier chapter: sigmoid inside, probabilities outside; its accuracy and gradient are those of itself.
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(a):
    e = np.exp(a - np.max(a, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        z1 = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        return softmax(np.dot(z1, self.params["W2"]) + self.params["b2"])

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y + 1e-7)) / y.shape[0]

    def accuracy(self, x, t):
        y = np.argmax(self.predict(x), axis=1)
        if t.ndim != 1:
            t = np.argmax(t, axis=1)
        return np.sum(y == t) / float(x.shape[0])

    def gradient(self, x, t):
        W2, grads = self.params["W2"], {}
        z1 = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        dy = (softmax(np.dot(z1, W2) + self.params["b2"]) - t) / x.shape[0]
        grads["W2"], grads["b2"] = np.dot(z1.T, dy), np.sum(dy, axis=0)
        da1 = z1 * (1 - z1) * np.dot(dy, W2.T)
        grads["W1"], grads["b1"] = np.dot(x.T, da1), np.sum(da1, axis=0)
        return grads
