# Affine: error no_flatten
# SoftmaxWithLoss: error one_hot_only
"""The exceptions of two known mistakes, raised by np.dot for @ and with the factors the other way round."""

import numpy as np


class Affine:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, inputs):
        self.inputs = inputs
        return np.dot(inputs, self.weights) + self.bias

    def backward(self, dout):
        self.dW, self.db = np.dot(self.inputs.T, dout), np.sum(dout, 0)
        return np.dot(dout, self.weights.T)


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.probabilities, self.t = e / np.sum(e, axis=1, keepdims=True), t
        return -np.sum(np.log(self.probabilities) * t) / len(t)

    def backward(self, dout=1):
        return dout * (self.probabilities - self.t) / len(self.t)
