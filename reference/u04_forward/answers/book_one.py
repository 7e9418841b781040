# right: the style of the first book (transposes in softmax, np.dot, masks, the network in a dictionary)
import numpy as np


def identity_function(x):
    return x


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_grad(x):
    return (1.0 - sigmoid(x)) * sigmoid(x)


def relu(x):
    return np.maximum(0, x)


def relu_grad(x):
    grad = np.zeros_like(x)
    grad[x >= 0] = 1
    return grad


def leaky_relu(x, alpha=0.1):
    return np.maximum(alpha * x, x)


def leaky_relu_grad(x, alpha=0.1):
    grad = np.full_like(x, alpha)
    grad[x > 0] = 1
    return grad


def elu(x, alpha=1.0):
    out = x.copy()
    out[x < 0] = alpha * (np.exp(x[x < 0]) - 1)
    return out


def elu_grad(x, alpha=1.0):
    grad = np.ones_like(x)
    grad[x < 0] = elu(x, alpha)[x < 0] + alpha
    return grad


def piecewise_linear(x):
    return np.where(x >= 0.5, 1, np.where(x <= -0.5, 0, x + 0.5))


def piecewise_linear_grad(x):
    return ((x > -0.5) & (x < 0.5)) * 1.0


def tanh(x):
    return 2 * sigmoid(2 * x) - 1


def tanh_grad(x):
    return 1 - tanh(x) * tanh(x)


def softplus(x):
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)


def softplus_grad(x):
    return 1 / (1 + np.exp(-x))


def affine(x, W, b):
    return np.dot(x, W) + b


def maxout(x, W, b):
    a = np.dot(x, W) + b
    return np.amax(a, axis=1)


def maxout_grad(x, W, b):
    winner = np.eye(len(b))[np.argmax(np.dot(x, W) + b, axis=1)]
    return np.dot(winner, W.T)


def softmax(x):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        y = np.exp(x) / np.sum(np.exp(x), axis=0)
        return y.T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))


def forward(network, x):
    W1, W2, W3 = network["W1"], network["W2"], network["W3"]
    b1, b2, b3 = network["b1"], network["b2"], network["b3"]
    a1 = np.dot(x, W1) + b1
    z1 = sigmoid(a1)
    a2 = np.dot(z1, W2) + b2
    z2 = sigmoid(a2)
    a3 = np.dot(z2, W3) + b3
    y = identity_function(a3)
    return y


def mlp_example(x, w_hidden, w_output):
    net_hidden = np.dot(w_hidden[:, 1:], x) + w_hidden[:, 0]
    h = sigmoid(net_hidden)
    net_output = np.dot(w_output[:, 1:], h) + w_output[:, 0]
    return [net_hidden, h, net_output, sigmoid(net_output)]


def mlp_parameter_count(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i] + sizes[i]
    return total
