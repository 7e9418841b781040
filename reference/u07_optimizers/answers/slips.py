# Momentum: fail looks_ahead
# Nesterov: fail rebinds
# AdaGrad: fail not_squared
# RMSprop: fail plus_equals
# AdaDelta: fail no_roots
# Adam: fail counts_from_two
# TwoLayerNet: fail ignores_dout
# One slip in each, seen in students' code or close to it.
import numpy as np


class Momentum:
    """Moves by αv' − ηg, as Nesterov does."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, {}

    def update(self, params, grads):
        for key in params:
            old = self.v.get(key, np.zeros_like(params[key]))
            self.v[key] = self.momentum * old - self.lr * grads[key]
            params[key] += self.momentum * self.v[key] - self.lr * grads[key]


class Nesterov:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            a = self.momentum
            params[key] = params[key] + a * a * self.v[key] - (1 + a) * self.lr * grads[key]
            self.v[key] = a * self.v[key] - self.lr * grads[key]


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, {}

    def update(self, params, grads):
        for key, grad in grads.items():
            self.h[key] = self.h.get(key, 0) + grad
            params[key] -= self.lr * grad / (np.sqrt(self.h[key]) + 1e-7)


class RMSprop:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate, self.h = lr, decay_rate, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {}
            for key, val in params.items():
                self.h[key] = np.zeros_like(val)
        for key in params:
            self.h[key] += self.decay_rate * self.h[key] + (1 - self.decay_rate) * grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)


class AdaDelta:
    def __init__(self, decay_rate=0.95):
        self.rho, self.h, self.s = decay_rate, {}, {}

    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.rho * self.h.get(key, 0) + (1 - self.rho) * g**2
            step = (self.s.get(key, 0) + 1e-6) / (self.h[key] + 1e-6) * g
            self.s[key] = self.rho * self.s.get(key, 0) + (1 - self.rho) * step**2
            params[key] -= step


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t, self.m, self.v = 1, {}, {}

    def update(self, params, grads):
        self.t += 1
        rate = self.lr * np.sqrt(1.0 - self.beta2**self.t) / (1.0 - self.beta1**self.t)
        for key, g in grads.items():
            self.m[key] = self.beta1 * self.m.get(key, 0) + (1 - self.beta1) * g
            self.v[key] = self.beta2 * self.v.get(key, 0) + (1 - self.beta2) * g**2
            params[key] -= rate * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = [
            0.01 * np.random.randn(input_size, hidden_size),
            np.zeros(hidden_size),
            0.01 * np.random.randn(hidden_size, output_size),
            np.zeros(output_size),
        ]
        self.grads = [np.zeros_like(p) for p in self.params]

    def predict(self, x):
        self.x = x
        self.h = 1 / (1 + np.exp(-(x @ self.params[0] + self.params[1])))
        return self.h @ self.params[2] + self.params[3]

    def forward(self, x, t):
        a = self.predict(x)
        e = np.exp(a - np.max(a, axis=1, keepdims=True))
        self.y, self.t = e / np.sum(e, axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-7)) / x.shape[0]

    def backward(self, dout=1):
        da = (self.y - self.t) / self.t.shape[0]
        dh = da @ self.params[2].T * self.h * (1 - self.h)
        for grad, value in zip(self.grads, (self.x.T @ dh, dh.sum(0), self.h.T @ da, da.sum(0)), strict=True):
            grad[...] = value
