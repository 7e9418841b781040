# AND: fail x1_twice
# NAND: fail x2_twice
# Perceptron.predict: fail one_as_array
# perceptron: error scalar_if
# XNOR: fail
# One input used twice in a gate; one input answered with an array, or a batch not at all.
import numpy as np


def AND(x1, x2):
    w1, w2, theta = 0.3, 0.3, 0.5
    return 1 if x1 * w1 + x1 * w2 > theta else 0


def NAND(x1, x2):
    x = np.array([x2, x2])
    w = np.array([-0.5, -0.5])
    return int(np.sum(x * w) + 0.7 > 0)


def OR(x1, x2):
    return 1 if 0.5 * x1 + 0.5 * x2 - 0.2 > 0 else 0


def XOR(x1, x2):
    return AND(NAND(x1, x2), OR(x1, x2))


def XNOR(x1, x2):
    return 1 - XOR(x1, x2)


def perceptron(x, w, b):
    if np.dot(x, w) + b > 0:
        return 1
    return 0


class Perceptron:
    def __init__(self, dim):
        self.w = np.zeros(dim + 1)

    def predict(self, x):
        return np.array([1 if row @ self.w[1:] + self.w[0] >= 0 else -1 for row in np.atleast_2d(x)])
