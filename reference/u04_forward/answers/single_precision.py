# right: everything computed and returned in float32
import numpy as np


def single(value):
    return np.asarray(value, dtype=np.float32)


def identity_function(x):
    return single(x)


def relu(x):
    return single(x) * single(x > 0)


def relu_grad(x):
    return single(x > 0)


def elu(x, alpha=1.0):
    x = single(x)
    return np.where(x > 0, x, single(alpha) * np.expm1(np.minimum(x, 0)))


def elu_grad(x, alpha=1.0):
    x = single(x)
    return np.where(x > 0, single(1), single(alpha) * np.exp(np.minimum(x, 0)))


def sigmoid(x):
    return 1 / (1 + np.exp(-single(x)))


def sigmoid_grad(x):
    return sigmoid(x) * (1 - sigmoid(x))


def tanh(x):
    return np.tanh(single(x))


def tanh_grad(x):
    return 1 - np.tanh(single(x)) ** 2


def softplus(x):
    return np.logaddexp(single(0), single(x))


def softplus_grad(x):
    return sigmoid(x)


def affine(x, W, b):
    return single(x) @ single(W) + single(b)


def maxout(x, W, b):
    return affine(x, W, b).max(1)


def softmax(x):
    x = single(x)
    x = x - x.max(-1, keepdims=True)
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def three_layer_forward(network, x):
    z = sigmoid(affine(x, network["W1"], network["b1"]))
    z = sigmoid(affine(z, network["W2"], network["b2"]))
    return affine(z, network["W3"], network["b3"])


def mlp_parameter_count(sizes):
    sizes = np.array(sizes)
    return int(((sizes[:-1] + 1) * sizes[1:]).sum())
