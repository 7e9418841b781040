# right: AdaDelta for lists, ε = 1e-8, under its name in the paper
import numpy as np


class ADADELTA:
    def __init__(self, decay=0.95, eps=1e-8):
        self.decay, self.eps = decay, eps
        self.Eg2 = self.Edx2 = None

    def update(self, params, grads):
        if self.Eg2 is None:
            self.Eg2 = [np.zeros_like(p) for p in params]
            self.Edx2 = [np.zeros_like(p) for p in params]
        for i in range(len(params)):
            self.Eg2[i] = self.decay * self.Eg2[i] + (1 - self.decay) * grads[i] ** 2
            dx = -np.sqrt(self.Edx2[i] + self.eps) / np.sqrt(self.Eg2[i] + self.eps) * grads[i]
            self.Edx2[i] = self.decay * self.Edx2[i] + (1 - self.decay) * dx**2
            params[i] += dx
