import numpy as np
from collections import OrderedDict


def softmax(x):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        y = np.exp(x) / np.sum(np.exp(x), axis=0)
        return y.T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))


def cross_entropy_error(y, t):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size


class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        out = x * y
        return out

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x
        return dx, dy


class AddLayer:
    def __init__(self):
        pass

    def forward(self, x, y):
        out = x + y
        return out

    def backward(self, dout):
        dx = dout * 1
        dy = dout * 1
        return dx, dy


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out * self.out)


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        if self.t.size == self.y.size:
            dx = (self.y - self.t) / batch_size
        else:
            dx = self.y.copy()
            dx[np.arange(batch_size), self.t] -= 1
            dx = dx / batch_size
        return dx


class SigmoidWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        y = np.c_[1 - self.y, self.y]
        return cross_entropy_error(y, self.t)

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        return (self.y - self.t) * dout / batch_size


class MeanSquaredError:
    def forward(self, y, t):
        self.y = y
        self.t = t
        return np.mean((y - t) ** 2)

    def backward(self, dout=1):
        return dout * 2 * (self.y - self.t) / self.y.size


def mlp_deltas(x, t, w_hidden, w_output, alpha):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    x1 = np.concatenate([[1.0], x])
    h = sigmoid(np.dot(w_hidden, x1))
    h1 = np.concatenate([[1.0], h])
    o = sigmoid(np.dot(w_output, h1))
    delta_o = o * (1 - o) * (t - o)
    delta_h = h * (1 - h) * np.dot(w_output[:, 1:].T, delta_o)
    return o, alpha * delta_o[:, None] * h1[None, :], alpha * delta_h[:, None] * x1[None, :]


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params['W1'] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)
        self.layers = OrderedDict()
        self.layers['Affine1'] = Affine(self.params['W1'], self.params['b1'])
        self.layers['Relu1'] = Relu()
        self.layers['Affine2'] = Affine(self.params['W2'], self.params['b2'])
        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        y = self.predict(x)
        return self.lastLayer.forward(y, t)

    def accuracy(self, x, t):
        y = self.predict(x)
        y = np.argmax(y, axis=1)
        if t.ndim != 1:
            t = np.argmax(t, axis=1)
        return np.sum(y == t) / float(x.shape[0])

    def gradient(self, x, t):
        self.loss(x, t)
        dout = 1
        dout = self.lastLayer.backward(dout)
        layers = list(self.layers.values())
        layers.reverse()
        for layer in layers:
            dout = layer.backward(dout)
        grads = {}
        grads['W1'] = self.layers['Affine1'].dW
        grads['b1'] = self.layers['Affine1'].db
        grads['W2'] = self.layers['Affine2'].dW
        grads['b2'] = self.layers['Affine2'].db
        return grads


class ExpLayer:
    def __init__(self):
        self.y = None

    def forward(self, x):
        self.y = np.exp(x)
        return self.y

    def backward(self, dout):
        dx = dout * self.y
        return dx


class ReciprocalLayer:
    def __init__(self):
        self.x = None

    def forward(self, x):
        self.x = x
        return 1.0 / x

    def backward(self, dout):
        dx = -dout / (self.x * self.x)
        return dx


def chain_rule(x, t, w1, w2):
    N = len(x)
    z = 1 / (1 + np.exp(-(w1 * x)))
    y = w2 * z
    J = ((y - t) ** 2).sum() / N
    dJ_dy = 2 * (y - t) / N
    dw2 = (dJ_dy * z).sum()
    dw1 = (dJ_dy * w2 * z * (1 - z) * x).sum()
    return J, dw2, dw1


def mlp_train(x, t, w_hidden, w_output, alpha, epochs):
    wh, wo = w_hidden.copy(), w_output.copy()
    errors = []
    for epoch in range(epochs):
        E = 0
        for i in range(len(x)):
            o, do, dh = mlp_deltas(x[i], t[i], wh, wo, alpha)
            E += ((t[i] - o) ** 2).sum() / 2
            wo = wo + do
            wh = wh + dh
        errors.append(E)
    return wh, wo, errors
