"""The perceptron: a threshold, six gates, a line, a second layer, and weights that are learned."""

import numpy as np


def step_function(x):
    """Step function: 1 where x is greater than 0, otherwise 0 (so 0 at exactly 0).

    x: a number or an array of any shape. Returns integers (not bool) of the same shape.
    Source: S1, "Step function".
    """
    return np.array(x > 0, dtype=int)


def sign(x):
    """Signum: -1 where x is negative, 0 at exactly 0, +1 where x is positive.

    x: a number or an array of any shape. Returns numbers of the same shape.
    Source: S1, table of activation functions.
    """
    return np.where(x > 0, 1, 0) - np.where(x < 0, 1, 0)


def AND(x1, x2):
    """AND gate: 1 only if both inputs are 1. x1, x2: 0 or 1. Returns 0 or 1 (an int).

    Use weights and a threshold theta: the gate fires when the weighted sum exceeds theta.
    """
    w1, w2, theta = 0.5, 0.5, 0.6
    return int(w1 * x1 + w2 * x2 > theta)


def OR(x1, x2):
    """OR gate: 1 if at least one input is 1. x1, x2: 0 or 1. Returns 0 or 1 (an int).

    The weights of AND work here, too; only the threshold differs.
    """
    w1, w2, theta = 0.5, 0.5, 0.4
    return int(w1 * x1 + w2 * x2 > theta)


def NAND(x1, x2):
    """NAND gate: 0 only if both inputs are 1. x1, x2: 0 or 1. Returns 0 or 1 (an int).

    Find weights and a bias b yourself: the gate fires when
    the weighted sum plus b exceeds 0.
    """
    w1, w2, b = -0.5, -0.5, 0.7
    return int(w1 * x1 + w2 * x2 + b > 0)


def NOR(x1, x2):
    """NOR gate: 1 only if both inputs are 0. x1, x2: 0 or 1. Returns 0 or 1 (an int).

    One perceptron is enough, in bias form as for NAND.
    """
    w1, w2, b = -0.5, -0.5, 0.2
    return int(w1 * x1 + w2 * x2 + b > 0)


def perceptron(x, w, b):
    """Perceptron in bias form: 1 where the weighted sum of the inputs plus the bias is greater than 0, else 0.

    x: one input (D,) or a batch (N, D); w: weights (D,); b: bias, a number.
    Returns 0 or 1 for one input, integers of shape (N,) for a batch. Exactly on the threshold it gives 0.
    """
    return np.where(x @ w + b > 0, 1, 0)


def XOR(x1, x2):
    """XOR gate: 1 if the inputs differ. x1, x2: 0 or 1. Returns 0 or 1 (an int).

    Combine the gates you have, as in the table with the columns s1 and s2. Source: S1.
    """
    return AND(NAND(x1, x2), OR(x1, x2))


def XNOR(x1, x2):
    """XNOR gate: 1 if the inputs are equal. x1, x2: 0 or 1. Returns 0 or 1 (an int)."""
    return 1 - XOR(x1, x2)


def two_layer_perceptron(x, W1, b1, w2, b2):
    """Two layers of perceptrons: every unit is a perceptron in bias form with the step function.

    x: (N, D); W1: (D, H) and b1: (H,) of the hidden layer, one column of W1 per hidden unit;
    w2: (H,) and b2: a number, of the output unit.
    Returns (s, y): the hidden outputs s (N, H) and the output y (N,), all 0 or 1.
    Source: S0 "2-layer perceptron"; S1, table of XOR.
    """
    s = step_function(x @ W1 + b1)
    y = step_function(s @ w2 + b2)
    return s, y


def decision_line(x, w, b):
    """Where an input lies with respect to the line (in D dimensions: the plane) b + x·w = 0.

    x: one input (D,) or a batch (N, D); w: (D,); b: a number.
    Returns (z, y): z = b + x·w, and y = the sigmoid g of z; numbers for one input, shape (N,) for a batch.
    On the line z is 0 and y is 0.5. Source: S2, "This is just a line in 2D!".
    """
    z = x @ w + b
    y = 1 / (1 + np.exp(-z))
    return z, y


class Perceptron:
    """Rosenblatt's perceptron for labels -1 and +1.

    self.w: (D + 1,) = (w0, w1, ..., wD); w0 is the bias, whose input is always 1. Source: S1, "Perceptron".
    """

    def __init__(self, dim):
        """Weights for inputs of length dim, all 0 at first."""
        self.w = np.zeros(dim + 1)

    def predict(self, x):
        """The predicted label: +1 where z = w0 + w1 x1 + ... + wD xD is at least 0, otherwise -1.

        x: one input (D,) or a batch (N, D). Returns -1 or +1, or an array (N,) of them. At exactly 0: +1.
        """
        return np.where(x @ self.w[1:] + self.w[0] >= 0, 1, -1)

    def fit(self, x, y, epochs=100):
        """Learn by Rosenblatt's rule: after each mistake, immediately add label times input to the weights.

        x: (N, D); y: (N,) of -1 and +1. Go through the rows in order, at most epochs times;
        stop after a whole pass without a mistake.
        Returns a list: the weights (D + 1,) after each update, in order, each a separate array.
        """
        history = []
        for _ in range(epochs):
            mistakes = 0
            for x_t, y_t in zip(x, y, strict=True):
                if self.predict(x_t) != y_t:
                    self.w = self.w + y_t * np.append(1, x_t)
                    history.append(self.w)
                    mistakes += 1
            if mistakes == 0:
                break
        return history
