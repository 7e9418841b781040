"""How wrong a prediction is, and which way is down: the solution of u05_loss_gradient."""

import numpy as np
from u04_forward import sigmoid, softmax


def sum_squared_error(y, t):
    """Return ½ Σ (y − t)² over all entries, one number. y: predictions, t: targets of the same shape."""
    return 0.5 * np.sum((y - t) ** 2)


def l1_loss(y, t):
    """Return Σ |y − t| over all entries, one number. y: predictions, t: targets of the same shape."""
    return np.sum(np.abs(y - t))


def l2_loss(y, t):
    """Return Σ (y − t)² over all entries, one number. y: predictions, t: targets of the same shape."""
    return np.sum((y - t) ** 2)


def cross_entropy_error(y, t):
    """Return the mean over the samples of −ln(probability of the right class), one number.

    y: probabilities (N, M), one sample per row. t: one-hot rows (N, M) or class labels (N,).
    One sample may also come without its batch axis: y (M,) and t one-hot (M,).
    A wrong class may have the probability 0.
    """
    if y.ndim == 1:
        y, t = y[np.newaxis], t[np.newaxis]
    labels = t if t.ndim == 1 else t.argmax(axis=1)
    return -np.mean(np.log(y[np.arange(len(y)), labels]))


def binary_cross_entropy(y, t):
    """Return the mean over the samples of −ln(probability of the right answer), one number.

    y: the probability of "yes" (N,). t: 1 for yes and 0 for no, (N,). A sure and right answer, y = t, has the loss 0.
    """
    return -np.mean(np.log(np.where(t == 1, y, 1 - y)))


def numerical_diff(f, x):
    """Return the slope of f at x, a number, from one value of f on each side of x. Use h = 1e-4."""
    h = 1e-4
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x):
    """Return the slope of f for every entry of x, in the shape of x; f takes an array and returns a number.

    Change one entry of x at a time, in x itself, and put it back: f may read x without looking at its argument.
    x: an array of floats of any shape, the same numbers afterwards as before. Use h = 1e-4.
    """
    h = 1e-4
    grad = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        kept = x[place]
        x[place] = kept + h
        above = f(x)
        x[place] = kept - h
        below = f(x)
        x[place] = kept
        grad[place] = (above - below) / (2 * h)
    return grad


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    """Go down from init_x: step_num times, subtract lr times the gradient of f there. Return (x, history).

    x: where you end, an array of the shape of init_x. history: (step_num, …), where you stood before each step.
    (x alone is accepted, too.)
    """
    x, history = init_x.copy(), []
    for _ in range(step_num):
        history.append(x.copy())
        x -= lr * numerical_gradient(f, x)
    return x, np.array(history)


class TwoLayerNet:
    """Affine → sigmoid → affine → softmax; trained with numerical gradients."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {
            "W1": weight_init_std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def predict(self, x):
        """Return the probabilities (N, M) of a batch x (N, D)."""
        h = sigmoid(x @ self.params["W1"] + self.params["b1"])
        return softmax(h @ self.params["W2"] + self.params["b2"])

    def loss(self, x, t):
        """Return the cross entropy of the predictions for x (N, D), one number. t: one-hot (N, M) or labels (N,)."""
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        """Return the share of samples whose most probable class is the right one. t: one-hot (N, M) or labels (N,)."""
        labels = t if t.ndim == 1 else t.argmax(axis=1)
        return np.mean(self.predict(x).argmax(axis=1) == labels)

    def numerical_gradient(self, x, t):
        """Return {"W1", "b1", "W2", "b2"}: the gradient of the loss for each parameter, in its shape."""
        return {name: numerical_gradient(lambda _: self.loss(x, t), param) for name, param in self.params.items()}
