# right: plain loops and Python's math; x alone returned by gradient_descent; another step size
import math

import numpy as np


def mean_squared_error(y, t):
    total = 0.0
    for one, other in zip(np.ravel(y), np.ravel(t), strict=True):
        total += (one - other) * (one - other)
    return total / 2


def l1_loss(y, t):
    return sum(abs(one - other) for one, other in zip(y.flat, t.flat, strict=True))


def l2_loss(y, t):
    return 2 * mean_squared_error(y, t)


def cross_entropy_error(y, t):
    if y.ndim == 1:
        return -math.log(y[list(t).index(1)])
    total = 0.0
    for n in range(len(y)):
        right = int(t[n]) if t.ndim == 1 else int(np.argmax(t[n]))
        total -= math.log(y[n][right])
    return total / len(y)


def binary_cross_entropy(y, t):
    total = 0.0
    for n in range(len(y)):
        total -= math.log(y[n]) if t[n] else math.log(1 - y[n])
    return total / len(y)


def numerical_diff(f, x):
    step = 1e-5
    left, right = f(x - step), f(x + step)
    return (right - left) / (2 * step)


def numerical_gradient(f, x):
    step = 1e-5
    flat = x.reshape(-1)
    slopes = []
    for i in range(flat.size):
        before = float(flat[i])
        values = []
        for sign in (1, -1):
            flat[i] = before + sign * step
            values.append(f(x))
        flat[i] = before
        slopes.append((values[0] - values[1]) / (2 * step))
    return np.array(slopes).reshape(x.shape)


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    x = np.array(init_x)
    for _ in range(step_num):
        x = x - lr * numerical_gradient(f, x)
    return x


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": 0.01 * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": 0.01 * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def predict(self, x):
        p = self.params
        rows = []
        for row in x:
            h = [1 / (1 + math.exp(-(row @ p["W1"][:, j] + p["b1"][j]))) for j in range(len(p["b1"]))]
            scores = [np.dot(h, p["W2"][:, k]) + p["b2"][k] for k in range(len(p["b2"]))]
            powers = [math.exp(score - max(scores)) for score in scores]
            rows.append([power / sum(powers) for power in powers])
        return np.array(rows)

    def loss(self, x, t):
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        right = 0
        for n, row in enumerate(self.predict(x)):
            right += int(np.argmax(row)) == (int(t[n]) if t.ndim == 1 else int(np.argmax(t[n])))
        return right / len(x)

    def numerical_gradient(self, x, t):
        grads = {}
        for name in self.params:
            grads[name] = numerical_gradient(lambda W: self.loss(x, t), self.params[name])
        return grads
