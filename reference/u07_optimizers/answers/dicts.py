# right: book 1 style, optimizers that take dicts only, `learning_rate` for lr, a net of layers in the old spelling
import numpy as np


class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def update(self, params, grads):
        for key in params:
            params[key] -= self.learning_rate * grads[key]


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        if self.v is None:
            self.v = {}
            for key, val in params.items():
                self.v[key] = np.zeros_like(val)
        for key in params:
            self.v[key] = self.momentum * self.v[key] + self.lr * grads[key]
            params[key] -= self.v[key]


class NAG:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = {}

    def update(self, params, grads):
        for key, val in params.items():
            v = self.v.get(key, np.zeros_like(val))
            self.v[key] = self.momentum * v - self.lr * grads[key]
            val += self.momentum * self.v[key] - self.lr * grads[key]


class Adagrad:
    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros(val.shape) for key, val in params.items()}
        for key in params:
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)


class RMSProp:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr = lr
        self.decay_rate = decay_rate
        self.h = None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(val) for key, val in params.items()}
        for key in params:
            self.h[key] *= self.decay_rate
            self.h[key] += (1 - self.decay_rate) * grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-8)


class Adadelta:
    def __init__(self, rho=0.95, eps=1e-6):
        self.rho, self.eps = rho, eps
        self.state = {}

    def update(self, params, grads):
        for key in params:
            g = grads[key]
            h, s = self.state.get(key, (0.0, 0.0))
            h = self.rho * h + (1 - self.rho) * g * g
            delta = g * np.sqrt((s + self.eps) / (h + self.eps))
            params[key] -= delta
            self.state[key] = h, self.rho * s + (1 - self.rho) * delta * delta


class Adam:
    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        self.lr, self.beta_1, self.beta_2, self.epsilon = lr, beta_1, beta_2, epsilon
        self.t = 0
        self.m, self.v = {}, {}

    def update(self, params, grads):
        self.t += 1
        for key in params:
            self.m[key] = self.beta_1 * self.m.get(key, 0) + (1 - self.beta_1) * grads[key]
            self.v[key] = self.beta_2 * self.v.get(key, 0) + (1 - self.beta_2) * np.square(grads[key])
            m_hat = self.m[key] / (1 - self.beta_1**self.t)
            v_hat = self.v[key] / (1 - self.beta_2**self.t)
            params[key] -= self.lr * m_hat / (np.sqrt(v_hat) + self.epsilon)


def lr_decay(lr, decay, step):
    return lr * 1.0 / (1.0 + decay * step)


def spiral(noise):
    C, N = noise.shape
    x = np.zeros((N * C, 2))
    t = np.zeros((N * C, C), dtype=int)
    for j in range(C):
        for i in range(N):
            rate = i / N
            theta = j * 4.0 + 4.0 * rate + noise[j, i] * 0.2
            x[N * j + i] = rate * np.sin(theta), rate * np.cos(theta)
            t[N * j + i, j] = 1
    return x, t


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": 0.01 * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": 0.01 * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        self.grads = {}

    def predict(self, x):
        self.x = x
        self.z = 1 / (1 + np.exp(-np.dot(x, self.params["W1"]) - self.params["b1"]))
        return np.dot(self.z, self.params["W2"]) + self.params["b2"]

    def forward(self, x, t):
        a = self.predict(x)
        a = a.T - np.max(a, axis=1)
        self.y = (np.exp(a) / np.sum(np.exp(a), axis=0)).T
        self.t = t
        return -np.sum(np.log(self.y[np.arange(len(x)), t.argmax(axis=1)] + 1e-7)) / x.shape[0]

    def backward(self, dout=1):
        da = dout * (self.y - self.t) / self.t.shape[0]
        dz = np.dot(da, self.params["W2"].T) * (1.0 - self.z) * self.z
        self.grads["W2"], self.grads["b2"] = np.dot(self.z.T, da), np.sum(da, axis=0)
        self.grads["W1"], self.grads["b1"] = np.dot(self.x.T, dz), np.sum(dz, axis=0)


def train_step(model, optimizer, x, t, batch):
    x_batch, t_batch = x[batch], t[batch]
    loss = model.forward(x_batch, t_batch)
    model.backward()
    optimizer.update(model.params, model.grads)
    return float(loss)


def fit(model, optimizer, x, t, orders, batch_size):
    history = []
    for idx in orders:
        total_loss, loss_count = 0, 0
        for i in range(len(x) // batch_size):
            total_loss += train_step(model, optimizer, x, t, idx[i * batch_size : (i + 1) * batch_size])
            loss_count += 1
        history.append(total_loss / loss_count)
    return np.array(history)
