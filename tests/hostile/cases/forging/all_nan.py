# what = "Returns NaN everywhere: no difference is larger than a bound."
# expect = "fail"
# weak = { grader = "same_process", shows = "score", style = "difference" }

import numpy as np


def sigmoid(x):
    return np.full(x.shape, np.nan)


class Affine:
    def __init__(self, W, b):
        self.dW, self.db = np.full(W.shape, np.nan), np.full(b.shape, np.nan)

    def forward(self, x):
        return np.full((len(x), len(self.db)), np.nan)

    def backward(self, dout):
        return np.full((len(dout), len(self.dW)), np.nan)
