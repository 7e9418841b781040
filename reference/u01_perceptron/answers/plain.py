# right: loops and ifs, numbers as they come, the bias kept apart from the weights
import numpy as np


def step_function(x):
    y = x > 0
    return y.astype(np.int64) if isinstance(y, np.ndarray) else int(y)


def sign(x):
    return np.sign(x)


def AND(x1, x2):
    if 0.5 * x1 + 0.5 * x2 <= 0.7:
        return 0
    else:
        return 1


def OR(x1, x2):
    x = np.array([x1, x2])
    tmp = np.sum(np.array([0.5, 0.5]) * x) - 0.2
    if tmp <= 0:
        return 0
    else:
        return 1


def NAND(x1, x2):
    return 1 - AND(x1, x2)


def NOR(x1, x2):
    return np.int64(1 - OR(x1, x2))


def perceptron(x, w, b):
    if x.ndim == 1:
        total = b
        for value, weight in zip(x, w, strict=True):
            total += value * weight
        return 1.0 if total > 0 else 0.0
    return np.array([perceptron(row, w, b) for row in x])


def XOR(x1, x2):
    s1 = NAND(x1, x2)
    s2 = OR(x1, x2)
    return AND(s1, s2)


def XNOR(x1, x2):
    return OR(AND(x1, x2), NOR(x1, x2))


def two_layer_perceptron(x, W1, b1, w2, b2):
    s = np.stack([perceptron(x, W1[:, unit], b1[unit]) for unit in range(W1.shape[1])], axis=1)
    return [s, perceptron(s, w2, b2)]


def decision_line(x, w, b):
    z = np.dot(x, w) + b
    return z, 0.5 * (1 + np.tanh(z / 2))


class Perceptron:
    def __init__(self, dim):
        self.w = np.zeros(dim + 1)

    def predict(self, x):
        if x.ndim == 2:
            return np.array([self.predict(row) for row in x])
        z = self.w[0] + sum(weight * value for weight, value in zip(self.w[1:], x, strict=True))
        return 1 if z >= 0 else -1

    def fit(self, x, y, epochs=100):
        weights = []
        for _ in range(epochs):
            wrong = False
            for i in range(len(x)):
                if self.predict(x[i]) * y[i] < 0:
                    self.w[1:] += y[i] * x[i]
                    self.w[0] += y[i]
                    weights.append(self.w.copy())
                    wrong = True
            if not wrong:
                break
        return weights
