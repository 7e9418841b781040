# SGD: fail rebinds
# Momentum: error one_velocity_for_all
# AdaGrad: fail no_eps
# Adam: fail no_correction
import numpy as np


class SGD:
    """In a list: the new array never reaches the layer."""

    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for i in range(len(params)):
            params[i] = params[i] - self.lr * grads[i]


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def update(self, params, grads):
        for key in params:
            self.v = self.momentum * self.v - self.lr * grads[key]
            params[key] += self.v


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, {}

    def update(self, params, grads):
        with np.errstate(invalid="ignore"):
            for key in params:
                self.h[key] = self.h.get(key, 0) + grads[key] ** 2
                params[key] -= self.lr * grads[key] / np.sqrt(self.h[key])


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.m, self.v = lr, beta1, beta2, {}, {}

    def update(self, params, grads):
        for key in params:
            self.m[key] = self.beta1 * self.m.get(key, 0) + (1 - self.beta1) * grads[key]
            self.v[key] = self.beta2 * self.v.get(key, 0) + (1 - self.beta2) * grads[key] ** 2
            params[key] -= self.lr * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)
