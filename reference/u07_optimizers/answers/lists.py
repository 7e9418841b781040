# right: book 2 style, optimizers that take lists only, a net of layer objects that share their arrays
import numpy as np


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for i in range(len(params)):
            params[i] -= self.lr * grads[i]


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = [np.zeros_like(param) for param in params]
        for v, param, grad in zip(self.v, params, grads, strict=True):
            v *= self.momentum
            v -= self.lr * grad
            param += v


class Nesterov:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = []
            for param in params:
                self.v.append(np.zeros_like(param))
        for i in range(len(params)):
            self.v[i] *= self.momentum
            self.v[i] -= self.lr * grads[i]
            params[i] += self.momentum * self.momentum * self.v[i]
            params[i] -= (1 + self.momentum) * self.lr * grads[i]


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, None

    def update(self, params, grads):
        if self.h is None:
            self.h = [np.zeros_like(param) for param in params]
        for i in range(len(params)):
            self.h[i] += grads[i] ** 2
            params[i] -= self.lr * grads[i] / (np.sqrt(self.h[i]) + 1e-10)


class RMSprop:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate, self.h = lr, decay_rate, None

    def update(self, params, grads):
        if self.h is None:
            self.h = [np.zeros_like(param) for param in params]
        for h, param, grad in zip(self.h, params, grads, strict=True):
            h += (1 - self.decay_rate) * (grad * grad - h)
            param -= self.lr * grad / (np.sqrt(h) + 1e-7)


class AdaDelta:
    def __init__(self, lr=1.0, decay_rate=0.95):
        self.lr, self.decay_rate, self.h, self.s = lr, decay_rate, None, None

    def update(self, params, grads):
        if self.h is None:
            self.h = [np.zeros_like(param) for param in params]
            self.s = [np.zeros_like(param) for param in params]
        for i, grad in enumerate(grads):
            self.h[i] += (1 - self.decay_rate) * (grad**2 - self.h[i])
            delta = np.sqrt(self.s[i] + 1e-7) / np.sqrt(self.h[i] + 1e-7) * grad
            self.s[i] += (1 - self.decay_rate) * (delta**2 - self.s[i])
            params[i] -= self.lr * delta


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter, self.m, self.v = 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = [], []
            for param in params:
                self.m.append(np.zeros_like(param))
                self.v.append(np.zeros_like(param))
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for i in range(len(params)):
            self.m[i] += (1 - self.beta1) * (grads[i] - self.m[i])
            self.v[i] += (1 - self.beta2) * (grads[i] ** 2 - self.v[i])
            params[i] -= lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)


def lr_decay(lr, decay, step):
    return lr / (decay * np.asarray(step) + 1)


class Affine:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return np.dot(x, self.params[0]) + self.params[1]

    def backward(self, dout):
        self.grads[0][...] = np.dot(self.x.T, dout)
        self.grads[1][...] = np.sum(dout, axis=0)
        return np.dot(dout, self.params[0].T)


class Sigmoid:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.layers = [
            Affine(0.01 * np.random.randn(input_size, hidden_size), np.zeros(hidden_size)),
            Sigmoid(),
            Affine(0.01 * np.random.randn(hidden_size, output_size), np.zeros(output_size)),
        ]
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        score = self.predict(x)
        e = np.exp(score - score.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.log((self.y * t).sum(axis=1)).mean()

    def backward(self, dout=1):
        dout = (self.y - self.t) * (dout / self.t.shape[0])
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def fit(model, optimizer, x, t, orders, batch_size):
    losses = []
    for order in orders:
        x, t = x[order], t[order]
        total = 0.0
        iterations = len(x) // batch_size
        for i in range(iterations):
            rows = slice(i * batch_size, (i + 1) * batch_size)
            total += model.forward(x[rows], t[rows])
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / iterations)
    return losses


def spiral(noise):
    arms, n = noise.shape
    r = np.tile(np.arange(n) / n, arms)
    theta = np.repeat(np.arange(arms) * 4.0, n) + 4 * r + 0.2 * noise.ravel()
    t = np.zeros((arms * n, arms), dtype=np.float32)
    t[np.arange(arms * n), np.repeat(np.arange(arms), n)] = 1
    return np.column_stack((r * np.sin(theta), r * np.cos(theta))), t
