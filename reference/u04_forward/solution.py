"""From an input to a prediction: the solution of u04_forward."""

import numpy as np


def identity_function(x):
    """Return x as it is, in its own shape."""
    return x


def identity_grad(x):
    """Return the slope of ``identity_function`` at every entry of x, in the shape of x."""
    return np.ones_like(x)


def relu(x):
    """Return max(0, x), element by element; y has the shape of x."""
    return np.maximum(0, x)


def relu_grad(x):
    """Return the slope of ``relu`` at every entry of x. Where x is exactly 0, any slope from 0 to 1 is right."""
    return np.where(x > 0, 1.0, 0.0)


def leaky_relu(x, alpha=0.1):
    """Return x where x > 0 and alpha·x elsewhere; y has the shape of x. alpha: a number from 0 to 1."""
    return np.where(x > 0, x, alpha * x)


def leaky_relu_grad(x, alpha=0.1):
    """Return the slope of ``leaky_relu`` at each entry of x. Where x is exactly 0, any slope from alpha to 1 passes."""
    return np.where(x > 0, 1.0, alpha)


def elu(x, alpha=1.0):
    """Return x where x > 0 and alpha·(e^x − 1) elsewhere; y has the shape of x. alpha: a positive number."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_grad(x, alpha=1.0):
    """Return the slope of ``elu`` at every entry of x. Where x is exactly 0, any slope between alpha and 1 is right."""
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def piecewise_linear(x):
    """Return 0 where x ≤ −½, 1 where x ≥ ½, and x + ½ between them; y has the shape of x."""
    return np.clip(x + 0.5, 0.0, 1.0)


def piecewise_linear_grad(x):
    """Return the slope of ``piecewise_linear`` at every entry of x. At −½ and ½ any slope from 0 to 1 is right."""
    return np.where(np.abs(x) < 0.5, 1.0, 0.0)


def sigmoid(x):
    """Return 1 / (1 + e^(−x)), element by element; finite and right also at x = ±1000."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def sigmoid_grad(x):
    """Return the slope of ``sigmoid`` at every entry of x; finite also at x = ±1000."""
    y = sigmoid(x)
    return y * (1 - y)


def tanh(x):
    """Return (e^x − e^(−x)) / (e^x + e^(−x)), element by element; finite and right also at x = ±1000."""
    return np.tanh(x)


def tanh_grad(x):
    """Return the slope of ``tanh`` at every entry of x; finite also at x = ±1000."""
    return 1 - tanh(x) ** 2


def softplus(x):
    """Return ln(1 + e^x), element by element; finite and right also at x = ±1000."""
    return np.logaddexp(0, x)


def softplus_grad(x):
    """Return the slope of ``softplus`` at every entry of x; finite also at x = ±1000."""
    return sigmoid(x)


def affine(x, W, b):
    """Return xW + b, (N, M). x: (N, D), one sample per row. W: (D, M). b: (M,)."""
    return x @ W + b


def maxout(x, W, b):
    """Return the largest of K lines for each sample, (N,). x: (N, D). W: (D, K), one line per column. b: (K,)."""
    return np.max(x @ W + b, axis=1)


def maxout_grad(x, W, b):
    """Return the slope of ``maxout`` for every entry of x, (N, D). x: (N, D). W: (D, K). b: (K,)."""
    return W.T[np.argmax(x @ W + b, axis=1)]


def three_layer_forward(network, x):
    """Return the output of three affine layers: sigmoid after the first and the second, the identity after the third.

    ``network`` is a dictionary with W1 (D, H1), b1 (H1,), W2 (H1, H2), b2 (H2,), W3 (H2, M) and b3 (M,).
    x is a batch (N, D) or one sample (D,); the output is (N, M) or (M,).
    """
    z1 = sigmoid(affine(x, network["W1"], network["b1"]))
    z2 = sigmoid(affine(z1, network["W2"], network["b2"]))
    return identity_function(affine(z2, network["W3"], network["b3"]))


def mlp_example(x, w_hidden, w_output):
    """One sample through a hidden layer and an output layer of sigmoid nodes. Return (net_hidden, h, net_output, o).

    x: (d,). w_hidden: (p, 1 + d), row j is w_j0, w_j1, … w_jd. w_output: (m, 1 + p). Column 0 multiplies the constant
    input 1. net_hidden and net_output are the weighted sums, h (p,) and o (m,) what the sigmoid makes of them.
    """
    net_hidden = w_hidden @ np.append(1.0, x)
    h = sigmoid(net_hidden)
    net_output = w_output @ np.append(1.0, h)
    return net_hidden, h, net_output, sigmoid(net_output)


def softmax(x):
    """Return e^x divided by its sum over the last axis. x: (N, M), one row of scores per sample, or (M,).

    The result has the shape of x; finite and right also where scores are around ±1000. x is not changed.
    """
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


def mlp_parameter_count(sizes):
    """Return the number of weights and biases of a fully connected network, one integer.

    sizes: a list of the numbers of nodes, from the input to the output, such as [784, 50, 10].
    """
    return sum((before + 1) * after for before, after in zip(sizes[:-1], sizes[1:]))
