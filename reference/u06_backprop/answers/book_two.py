# right: the style of the second book (lists params and grads written in place, dout multiplied)
import numpy as np


class Sigmoid:
    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx


class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        W, b = self.params
        out = np.dot(x.reshape(x.shape[0], -1), W) + b
        self.x = x
        return out

    def backward(self, dout):
        W = self.params[0]
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.reshape(self.x.shape[0], -1).T, dout)
        db = np.sum(dout, axis=0)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx.reshape(self.x.shape)


class SoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
        self.y = None
        self.t = None

    def forward(self, x, t):
        x = x - x.max(axis=1, keepdims=True)
        x = np.exp(x)
        self.y = x / x.sum(axis=1, keepdims=True)
        self.t = t
        if self.t.size == self.y.size:
            self.t = self.t.argmax(axis=1)
        return -np.sum(np.log(self.y[np.arange(len(x)), self.t] + 1e-7)) / len(x)

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        dx *= dout
        dx = dx / batch_size
        return dx


class SigmoidWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        both = np.c_[1 - self.y, self.y]
        self.loss = -np.sum(np.log(both[np.arange(len(t)), self.t] + 1e-7)) / len(t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) * dout / batch_size
        return dx
