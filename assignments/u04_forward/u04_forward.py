"""u04_forward: The forward pass: from input to prediction / 순전파: 입력에서 예측까지.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u04_forward.py
"""

import numpy as np


def identity_function(x):
    """Return x as it is, in its own shape."""
    # YOUR CODE HERE
    raise NotImplementedError


def identity_grad(x):
    """Return the slope of ``identity_function`` at every entry of x, in the shape of x."""
    # YOUR CODE HERE
    raise NotImplementedError


def relu(x):
    """Return max(0, x), element by element; y has the shape of x."""
    # YOUR CODE HERE
    raise NotImplementedError


def relu_grad(x):
    """Return the slope of ``relu`` at every entry of x. Where x is exactly 0, any slope from 0 to 1 is right."""
    # YOUR CODE HERE
    raise NotImplementedError


def leaky_relu(x, alpha=0.1):
    """Return x where x > 0 and alpha·x elsewhere; y has the shape of x. alpha: a number from 0 to 1."""
    # YOUR CODE HERE
    raise NotImplementedError


def leaky_relu_grad(x, alpha=0.1):
    """Return the slope of ``leaky_relu`` at each entry of x. Where x is exactly 0, any slope from alpha to 1 passes."""
    # YOUR CODE HERE
    raise NotImplementedError


def elu(x, alpha=1.0):
    """Return x where x > 0 and alpha·(e^x − 1) elsewhere; y has the shape of x. alpha: a positive number."""
    # YOUR CODE HERE
    raise NotImplementedError


def elu_grad(x, alpha=1.0):
    """Return the slope of ``elu`` at every entry of x. Where x is exactly 0, any slope between alpha and 1 is right."""
    # YOUR CODE HERE
    raise NotImplementedError


def piecewise_linear(x):
    """Return 0 where x ≤ −½, 1 where x ≥ ½, and x + ½ between them; y has the shape of x."""
    # YOUR CODE HERE
    raise NotImplementedError


def piecewise_linear_grad(x):
    """Return the slope of ``piecewise_linear`` at every entry of x. At −½ and ½ any slope from 0 to 1 is right."""
    # YOUR CODE HERE
    raise NotImplementedError


def sigmoid(x):
    """Return 1 / (1 + e^(−x)), element by element; finite and right also at x = ±1000."""
    # YOUR CODE HERE
    raise NotImplementedError


def sigmoid_grad(x):
    """Return the slope of ``sigmoid`` at every entry of x; finite also at x = ±1000."""
    # YOUR CODE HERE
    raise NotImplementedError


def tanh(x):
    """Return (e^x − e^(−x)) / (e^x + e^(−x)), element by element; finite and right also at x = ±1000."""
    # YOUR CODE HERE
    raise NotImplementedError


def tanh_grad(x):
    """Return the slope of ``tanh`` at every entry of x; finite also at x = ±1000."""
    # YOUR CODE HERE
    raise NotImplementedError


def softplus(x):
    """Return ln(1 + e^x), element by element; finite and right also at x = ±1000."""
    # YOUR CODE HERE
    raise NotImplementedError


def softplus_grad(x):
    """Return the slope of ``softplus`` at every entry of x; finite also at x = ±1000."""
    # YOUR CODE HERE
    raise NotImplementedError


def affine(x, W, b):
    """Return xW + b, (N, M). x: (N, D), one sample per row. W: (D, M). b: (M,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def maxout(x, W, b):
    """Return the largest of K lines for each sample, (N,). x: (N, D). W: (D, K), one line per column. b: (K,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def maxout_grad(x, W, b):
    """Return the slope of ``maxout`` for every entry of x, (N, D). x: (N, D). W: (D, K). b: (K,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def three_layer_forward(network, x):
    """Return the output of three affine layers: sigmoid after the first and the second, the identity after the third.

    ``network`` is a dictionary with W1 (D, H1), b1 (H1,), W2 (H1, H2), b2 (H2,), W3 (H2, M) and b3 (M,).
    x is a batch (N, D) or one sample (D,); the output is (N, M) or (M,).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def mlp_example(x, w_hidden, w_output):
    """One sample through a hidden layer and an output layer of sigmoid nodes. Return (net_hidden, h, net_output, o).

    x: (d,). w_hidden: (p, 1 + d), row j is w_j0, w_j1, … w_jd. w_output: (m, 1 + p). Column 0 multiplies the constant
    input 1. net_hidden and net_output are the weighted sums, h (p,) and o (m,) what the sigmoid makes of them.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def softmax(x):
    """Return e^x divided by its sum over the last axis. x: (N, M), one row of scores per sample, or (M,).

    The result has the shape of x; finite and right also where scores are around ±1000. x is not changed.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def mlp_parameter_count(sizes):
    """Return the number of weights and biases of a fully connected network, one integer.

    sizes: a list of the numbers of nodes, from the input to the output, such as [784, 50, 10].
    """
    # YOUR CODE HERE
    raise NotImplementedError
