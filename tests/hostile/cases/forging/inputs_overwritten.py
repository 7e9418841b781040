# what = "Overwrites the inputs before the reference sees them."
# expect = "fail"
# earns = 1
# weak = { grader = "same_process", shows = "score" }

import numpy as np


def sigmoid(x):
    x[...] = 0
    return x + 0.5


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        W[...] = 0
        b[...] = 0
        self.dW, self.db = 0 * W, 0 * b

    def forward(self, x):
        x[...] = 0
        return np.zeros((len(x), len(self.b)))

    def backward(self, dout):
        dout[...] = 0
        return np.zeros((len(dout), len(self.W)))
