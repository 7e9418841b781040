import numpy as np


def step_function(x):
    return np.array(np.asarray(x) > 0, dtype=int)


def sign(x):
    return np.where(np.asarray(x) >= 0, 1, -1)


def _gate(w1, w2, b):
    def gate(x1, x2):
        return 1 if w1 * x1 + w2 * x2 + b > 0 else 0

    return gate


AND = _gate(0.5, 0.5, -0.7)
NAND = _gate(-0.5, -0.5, -0.7)
OR = _gate(0.5, 0.5, -0.2)
NOR = _gate(-0.5, -0.5, 0.2)


def XOR(x1, x2):
    return AND(NAND(x1, x2), OR(x1, x2))


def XNOR(x1, x2):
    return 1 - XOR(x1, x2)
