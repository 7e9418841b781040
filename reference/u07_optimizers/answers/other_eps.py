# AdaGrad: pass
# RMSprop: fail
# Adam: fail no_correction
"""Other sizes and places of ε, alone and beside a mistake."""

import numpy as np


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, {}

    def update(self, params, grads):
        for key in params:
            self.h[key] = self.h.get(key, 0) + grads[key] ** 2
            params[key] -= self.lr * grads[key] / np.sqrt(self.h[key] + 1e-8)


class RMSprop:
    """The old average counts twice: right in the first step only."""

    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate, self.h = lr, decay_rate, {}

    def update(self, params, grads):
        for key in params:
            h = self.h.setdefault(key, np.zeros_like(params[key]))
            h += self.decay_rate * h + (1 - self.decay_rate) * grads[key] ** 2
            params[key] -= self.lr * grads[key] / (np.sqrt(h) + 1e-8)


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.m, self.v = lr, beta1, beta2, {}, {}

    def update(self, params, grads):
        for key in params:
            self.m[key] = self.beta1 * self.m.get(key, 0) + (1 - self.beta1) * grads[key]
            self.v[key] = self.beta2 * self.v.get(key, 0) + (1 - self.beta2) * grads[key] ** 2
            params[key] -= self.lr * self.m[key] / np.sqrt(self.v[key] + 1e-8)
