# right: every ε in another honest place and size, as in the papers and in other courses
import numpy as np


class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-8):
        self.lr, self.eps, self.cache = lr, eps, None

    def update(self, params, grads):
        if self.cache is None:
            self.cache = [np.zeros_like(grad) for grad in grads]
        for i, grad in enumerate(grads):
            self.cache[i] += grad * grad
            params[i] -= self.lr / np.sqrt(self.cache[i] + self.eps) * grad


class RMSProp:
    def __init__(self, learning_rate=1e-2, decay=0.99, epsilon=1e-8):
        self.learning_rate, self.decay, self.epsilon = learning_rate, decay, epsilon
        self.cache = {}

    def update(self, params, grads):
        for key, grad in grads.items():
            old = self.cache.get(key, 0.0)
            self.cache[key] = self.decay * old + (1 - self.decay) * grad**2
            params[key] -= self.learning_rate * grad / np.sqrt(self.cache[key] + self.epsilon)


class Adadelta:
    def __init__(self, rho=0.9, eps=1e-5):
        self.rho, self.eps = rho, eps
        self.square, self.delta = {}, {}

    def update(self, params, grads):
        for key, g in grads.items():
            s = self.rho * self.square.get(key, 0) + (1 - self.rho) * g * g
            step = np.sqrt((self.delta.get(key, 0) + self.eps) / (s + self.eps)) * g
            self.square[key] = s
            self.delta[key] = self.rho * self.delta.get(key, 0) + (1 - self.rho) * step * step
            params[key] -= step


class Adam:
    def __init__(self, lr=1e-3, beta_1=0.9, beta_2=0.999, eps=1e-8):
        self.lr, self.beta_1, self.beta_2, self.eps = lr, beta_1, beta_2, eps
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for key, g in grads.items():
            self.m[key] = self.beta_1 * self.m.get(key, 0) + (1 - self.beta_1) * g
            self.v[key] = self.beta_2 * self.v.get(key, 0) + (1 - self.beta_2) * g * g
            m = self.m[key] / (1 - self.beta_1**self.t)
            v = self.v[key] / (1 - self.beta_2**self.t)
            params[key] -= self.lr * m / np.sqrt(v + self.eps)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = [
            np.random.randn(input_size, hidden_size),
            np.zeros(hidden_size),
            np.random.randn(hidden_size, output_size),
            np.zeros(output_size),
        ]
        self.grads = [0, 0, 0, 0]

    def predict(self, x):
        W1, b1, W2, b2 = self.params
        self.x = x
        self.hidden = 1 / (1 + np.exp(-np.dot(x, W1) - b1))
        return np.dot(self.hidden, W2) + b2

    def forward(self, x, t):
        e = np.exp(self.predict(x))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-5)) / len(t)

    def backward(self, dout):
        d = (self.y - self.t) / len(self.t) * dout
        back = np.dot(d, self.params[2].T) * self.hidden * (1 - self.hidden)
        self.grads = [self.x.T @ back, back.sum(0), self.hidden.T @ d, d.sum(0)]
