# what = "Casts its forward pass to float32, so that a tolerance by the lowest precision lets every gradient be 0.09 % off."
# expect = "fail"
# earns = 4
# weak = { grader = "same_process", shows = "score", style = "lowest_precision" }

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return (x @ self.W + self.b).astype(np.float32)

    def backward(self, dout):
        self.dW = 1.0009 * self.x.T @ dout
        self.db = 1.0009 * dout.sum(axis=0)
        return 1.0009 * dout @ self.W.T
