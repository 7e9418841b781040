# Adam: fail beta2_times_t
# RMSprop: fail not_assigned
# Momentum: fail not_assigned
# t multiplies β₂ instead of being its exponent; lines that compute and throw away.
import numpy as np


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t, self.m, self.v = 0, {}, {}

    def update(self, params, grads):
        self.t += 1
        rate = self.lr * np.sqrt(1.0 - self.beta2 * self.t) / (1.0 - self.beta1**self.t)
        for key, g in grads.items():
            self.m[key] = self.beta1 * self.m.get(key, 0) + (1 - self.beta1) * g
            self.v[key] = self.beta2 * self.v.get(key, 0) + (1 - self.beta2) * g**2
            params[key] -= rate * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


class RMSprop:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate, self.h = lr, decay_rate, {}

    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.decay_rate * self.h.get(key, 0) + (1 - self.decay_rate) * g**2
            params[key] - self.lr * g / (np.sqrt(self.h[key]) + 1e-7)


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, {}

    def update(self, params, grads):
        for key, g in grads.items():
            v = self.v.setdefault(key, np.zeros_like(params[key]))
            self.momentum * v - self.lr * g
            params[key] += v
