# right: plain loops over rows and nodes, nothing vectorised
import math

import numpy as np


class Relu:
    def forward(self, x):
        self.x = x
        return np.array([[value if value > 0 else 0.0 for value in row] for row in x])

    def backward(self, dout):
        pairs = zip(self.x, dout, strict=True)
        return np.array([[up if value >= 0 else 0.0 for value, up in zip(*rows, strict=True)] for rows in pairs])


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        rows = x.reshape(len(x), -1)
        out = np.zeros((len(rows), len(self.b)))
        for n, row in enumerate(rows):
            for m in range(len(self.b)):
                out[n, m] = sum(row[d] * self.W[d, m] for d in range(len(row))) + self.b[m]
        return out

    def backward(self, dout):
        rows = self.x.reshape(len(self.x), -1)
        dx, self.dW, self.db = np.zeros(rows.shape), np.zeros(self.W.shape), np.zeros(self.b.shape)
        for n, row in enumerate(rows):
            for m, up in enumerate(dout[n]):
                self.db[m] += up
                for d in range(len(row)):
                    self.dW[d, m] += row[d] * up
                    dx[n, d] += self.W[d, m] * up
        return dx.reshape(self.x.shape)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y, self.t, total = np.zeros(x.shape), t, 0.0
        for n, scores in enumerate(x):
            top = max(scores)
            powers = [math.exp(score - top) for score in scores]
            self.y[n] = [power / sum(powers) for power in powers]
            total -= math.log(self.y[n, self.label(n)])
        return total / len(x)

    def label(self, n):
        return int(self.t[n]) if self.t.ndim == 1 else int(np.argmax(self.t[n]))

    def backward(self, dout=1.0):
        dx = np.array(self.y)
        for n in range(len(dx)):
            dx[n, self.label(n)] -= 1
        return dout * dx / len(dx)


def mlp_deltas(x, t, w_hidden, w_output, alpha):
    def sigmoid(z):
        return 1 / (1 + math.exp(-z))

    d, p, m = len(x), len(w_hidden), len(w_output)
    h = [sigmoid(w_hidden[j, 0] + sum(w_hidden[j, i + 1] * x[i] for i in range(d))) for j in range(p)]
    o = [sigmoid(w_output[k, 0] + sum(w_output[k, j + 1] * h[j] for j in range(p))) for k in range(m)]
    output, hidden = np.zeros((m, 1 + p)), np.zeros((p, 1 + d))
    for k in range(m):
        blame = (t[k] - o[k]) * o[k] * (1 - o[k])
        output[k] = [alpha * blame * value for value in (1, *h)]
        for j in range(p):
            share = alpha * blame * w_output[k, j + 1] * h[j] * (1 - h[j])
            hidden[j] += [share * value for value in (1, *x)]
    return np.array(o), output, hidden
