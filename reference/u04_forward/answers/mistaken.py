# relu: fail column_maximum
# sigmoid: fail no_minus
# tanh: fail half_argument
# elu: fail without_minus_one
# softplus: fail overflow
# softmax: fail whole_array
# maxout: fail over_the_batch
# three_layer_forward: fail sigmoid_at_the_end
# mlp_parameter_count: fail bias_on_the_wrong_side
# One common mistake each, written as students write it.
import numpy as np


def relu(x):
    return np.max(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(x))


def tanh(x):
    return 2 / (1 + np.exp(-x)) - 1


def elu(x, alpha=1.0):
    return np.where(x >= 0, x, alpha * np.exp(x))


def softplus(x):
    return np.log(np.exp(x) + 1)


def softmax(x):
    exp_x = np.exp(x - x.max(axis=-1, keepdims=True))
    return exp_x / exp_x.sum()


def maxout(x, W, b):
    return (x.dot(W) + b).max(axis=0)


def right_sigmoid(x):
    return 1 / (1 + np.exp(-x))


def three_layer_forward(network, x):
    for k in "123":
        x = right_sigmoid(x @ network["W" + k] + network["b" + k])
    return x


def mlp_parameter_count(sizes):
    total = 0
    for m, n in zip(sizes, sizes[1:]):
        total += m * n + m
    return total
