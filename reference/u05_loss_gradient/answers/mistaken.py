# sum_squared_error: fail mean_instead
# cross_entropy_error: fail mean_over_all
# binary_cross_entropy: fail terms_swapped
# numerical_diff: fail forward_difference
# numerical_gradient: fail not_restored
# gradient_descent: fail
# One common mistake each, written as students write it.
import numpy as np


def sum_squared_error(y, t):
    return ((y - t) ** 2).mean()


def cross_entropy_error(y, t):
    if y.ndim == 1:
        y, t = y.reshape(1, -1), t.reshape(1, -1)
    if t.ndim == 1:
        t = np.eye(y.shape[1])[t]
    return -np.mean(t * np.log(y + 1e-7))


def binary_cross_entropy(y, t):
    return -np.mean((1 - t) * np.log(y + 1e-7) + t * np.log(1 - y + 1e-7))


def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - f(x)) / h


def numerical_gradient(f, x):
    h, grad = 1e-4, np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        grad[i] = (up - f(x)) / (2 * h)
    return grad


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    for _ in range(step_num):
        init_x = init_x + lr * numerical_gradient(f, init_x)
    return init_x
