# right: one number at a time with Python's math, nothing vectorised
import math

import numpy as np


def each(function, x):
    out = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        out[place] = function(float(x[place]))
    return out


def identity(x):
    return np.array(x)


def identity_grad(x):
    return each(lambda value: 1.0, x)


def relu(x):
    return each(lambda value: value if value > 0 else 0.0, x)


def relu_grad(x):
    return each(lambda value: 1.0 if value > 0 else 0.0, x)


def leaky_relu(x, alpha=0.1):
    return each(lambda value: value if value > 0 else alpha * value, x)


def leaky_relu_grad(x, alpha=0.1):
    return each(lambda value: 1.0 if value > 0 else alpha, x)


def elu(x, alpha=1.0):
    return each(lambda value: value if value > 0 else alpha * (math.exp(value) - 1), x)


def elu_grad(x, alpha=1.0):
    return each(lambda value: 1.0 if value > 0 else alpha * math.exp(value), x)


def piecewise_linear(x):
    return each(lambda value: 1.0 if value >= 0.5 else 0.0 if value <= -0.5 else value + 0.5, x)


def piecewise_linear_grad(x):
    return each(lambda value: 1.0 if -0.5 < value < 0.5 else 0.0, x)


def sigmoid_of(value):
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


def sigmoid(x):
    return each(sigmoid_of, x)


def sigmoid_grad(x):
    return each(lambda value: sigmoid_of(value) * sigmoid_of(-value), x)


def tanh(x):
    return each(math.tanh, x)


def tanh_grad(x):
    return each(lambda value: 4 * sigmoid_of(2 * value) * sigmoid_of(-2 * value), x)


def softplus(x):
    return each(lambda value: max(value, 0.0) + math.log1p(math.exp(-abs(value))), x)


def softplus_grad(x):
    return sigmoid(x)


def affine(x, W, b):
    out = np.zeros((x.shape[0], W.shape[1]))
    for n in range(x.shape[0]):
        for m in range(W.shape[1]):
            out[n, m] = b[m] + sum(x[n, d] * W[d, m] for d in range(x.shape[1]))
    return out


def maxout(x, W, b):
    return np.array([max(line) for line in affine(x, W, b)])


def maxout_grad(x, W, b):
    slopes = np.zeros(x.shape)
    for n, heights in enumerate(affine(x, W, b)):
        winner = list(heights).index(max(heights))
        for d in range(x.shape[1]):
            slopes[n, d] = W[d, winner]
    return slopes


def three_layer_forward(network, x):
    if x.ndim == 1:
        return three_layer_forward(network, x.reshape(1, -1))[0]
    for layer in (1, 2, 3):
        x = affine(x, network[f"W{layer}"], network[f"b{layer}"])
        if layer < 3:
            x = sigmoid(x)
    return x


def mlp_example(x, w_hidden, w_output):
    net_hidden = [row[0] + sum(w * value for w, value in zip(row[1:], x, strict=True)) for row in w_hidden]
    h = [sigmoid_of(value) for value in net_hidden]
    net_output = [row[0] + sum(w * value for w, value in zip(row[1:], h, strict=True)) for row in w_output]
    o = [sigmoid_of(value) for value in net_output]
    return np.array(net_hidden), np.array(h), np.array(net_output), np.array(o)


def softmax(x):
    if x.ndim == 2:
        return np.array([softmax(row) for row in x])
    top = max(x)
    powers = [math.exp(score - top) for score in x]
    return np.array([power / sum(powers) for power in powers])


def mlp_parameter_count(sizes):
    if len(sizes) < 2:
        return 0
    return sizes[1] * (sizes[0] + 1) + mlp_parameter_count(sizes[1:])
