# Adam: fail no_correction
# No bias correction, and ε as in another course: the ε does not hide the name.
import numpy as np


class Adam:
    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v = {}, {}

    def update(self, params, grads):
        for key, dx in grads.items():
            self.m[key] = self.beta1 * self.m.get(key, 0) + (1 - self.beta1) * dx
            self.v[key] = self.beta2 * self.v.get(key, 0) + (1 - self.beta2) * (dx**2)
            params[key] -= self.lr * self.m[key] / (np.sqrt(self.v[key]) + self.eps)
