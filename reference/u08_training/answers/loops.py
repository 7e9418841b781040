# right: loops and other formulas, a new random generator, each output worked out on its own
import math

import numpy as np

rng = np.random.default_rng()


def xavier_init(n_in, n_out):
    return rng.normal(0.0, 1.0 / math.sqrt(n_in), size=(n_in, n_out))


def he_init(n_in, n_out):
    W = np.empty((n_in, n_out))
    for i in range(n_in):
        W[i] = rng.normal(loc=0.0, scale=(2.0 / n_in) ** 0.5, size=n_out)
    return W


def activation_stds(x, weights, activation):
    found = np.zeros(len(weights))
    for i in range(len(weights)):
        x = activation(np.dot(x, weights[i]))
        numbers = x.ravel()
        mean = sum(numbers) / numbers.size
        found[i] = math.sqrt(sum((number - mean) ** 2 for number in numbers) / numbers.size)
    return found


class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.running_mean = running_mean if running_mean is not None else 0
        self.running_var = running_var if running_var is not None else 0

    def forward(self, x, train_flg=True):
        flat = np.array([row.ravel() for row in x])
        if not train_flg:
            out = self.gamma * (flat - self.running_mean) / np.sqrt(self.running_var + 1e-6) + self.beta
            return out.reshape(x.shape)
        n = len(flat)
        mu = sum(flat) / n
        var = sum((row - mu) ** 2 for row in flat) / n
        old = self.momentum
        self.running_mean = old * self.running_mean + (1 - old) * mu
        self.running_var = old * self.running_var + (1 - old) * var
        self.centered, self.sigma = flat - mu, np.sqrt(var + 1e-6)
        return (self.gamma * self.centered / self.sigma + self.beta).reshape(x.shape)

    def backward(self, dout):
        shape, n = dout.shape, len(dout)
        dout = dout.reshape(n, -1)
        hat = self.centered / self.sigma
        self.dbeta, self.dgamma = sum(dout), sum(dout * hat)
        dx = np.zeros_like(dout)
        for i in range(n):
            dx[i] = self.gamma / (n * self.sigma) * (n * dout[i] - self.dbeta - hat[i] * self.dgamma)
        return dx.reshape(shape)


class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.keep = 1 - dropout_ratio

    def forward(self, x, train_flg=True):
        if not train_flg:
            return x
        self.factor = rng.binomial(1, self.keep, size=x.shape) / self.keep
        return x * self.factor

    def backward(self, dout):
        return dout * self.factor


def weight_decay(weights, lam, norm="l2"):
    total, grads = 0.0, []
    for W in weights:
        grad = np.zeros(W.shape)
        for place in np.ndindex(W.shape):
            w = W[place]
            total += lam * abs(w) if norm == "l1" else lam * w * w / 2
            grad[place] = (lam if w > 0 else -lam) if norm == "l1" else lam * w
        grads.append(grad)
    return total, grads


class EarlyStopping:
    def __init__(self, monitor="val_loss", min_delta=0.0, patience=3, mode="min"):
        self.monitor, self.min_delta, self.patience, self.mode = monitor, min_delta, patience, mode
        self.history = []
        self.best, self.best_epoch = None, None

    def should_stop(self, logs):
        now = logs[self.monitor]
        epoch = len(self.history)
        self.history.append(now)
        if epoch == 0:
            better = True
        elif self.mode == "min":
            better = now < self.best - self.min_delta
        else:
            better = now > self.best + self.min_delta
        if better:
            self.best, self.best_epoch = now, epoch
        return epoch - self.best_epoch >= self.patience


def clip_grads(grads, max_norm):
    everything = np.concatenate([grad.reshape(-1) for grad in grads])
    norm = np.linalg.norm(everything)
    if norm + 1e-6 > max_norm:
        for grad in grads:
            grad[...] = grad * (max_norm / (norm + 1e-6))


class Residual:
    def __init__(self, f):
        self.f = f

    def forward(self, x):
        y = self.f.forward(x)
        return y + x

    def backward(self, dout):
        dx = self.f.backward(dout)
        return dx + dout


def ensemble_average(outputs):
    total = 0
    for one in outputs:
        total = total + one
    mean = total / len(outputs)
    return mean, np.array([int(np.argmax(row)) for row in mean])


class MultiLayerNet:
    """Everything in one class: no layer objects."""

    def __init__(
        self,
        input_size,
        hidden_size_list,
        output_size,
        activation="relu",
        weight_init_std="relu",
        weight_decay_lambda=0,
    ):
        sizes = [input_size, *list(hidden_size_list), output_size]
        self.depth, self.activation, self.lam = len(sizes) - 1, activation, weight_decay_lambda
        self.params = {}
        for i in range(self.depth):
            if weight_init_std in ("relu", "he"):
                W = he_init(sizes[i], sizes[i + 1])
            elif weight_init_std in ("sigmoid", "xavier"):
                W = xavier_init(sizes[i], sizes[i + 1])
            else:
                W = rng.normal(0, weight_init_std, size=(sizes[i], sizes[i + 1]))
            self.params["W" + str(i + 1)] = W
            self.params["b" + str(i + 1)] = np.zeros(sizes[i + 1])

    def predict(self, x):
        self.inputs = []
        for i in range(1, self.depth + 1):
            self.inputs.append(x)
            x = x @ self.params["W" + str(i)] + self.params["b" + str(i)]
            if i < self.depth:
                x = np.maximum(x, 0) if self.activation == "relu" else 1 / (1 + np.exp(-x))
        return x

    def loss(self, x, t):
        scores = self.predict(x)
        if t.ndim == 1:
            t = np.eye(scores.shape[1])[t]
        scores = scores - scores.max(axis=1, keepdims=True)
        log_y = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        self.delta = (np.exp(log_y) - t) / len(x)
        decay = sum((self.params["W" + str(i)] ** 2).sum() for i in range(1, self.depth + 1))
        return -(t * log_y).sum() / len(x) + 0.5 * self.lam * decay

    def accuracy(self, x, t):
        scores, right = self.predict(x), 0
        for row, answer in zip(scores, t, strict=False):
            answer = answer if np.ndim(answer) == 0 else np.argmax(answer)
            right += np.argmax(row) == answer
        return right / len(x)

    def gradient(self, x, t):
        self.loss(x, t)
        delta, grads = self.delta, {}
        for i in range(self.depth, 0, -1):
            h, W = self.inputs[i - 1], self.params["W" + str(i)]
            grads["W" + str(i)] = h.T @ delta + self.lam * W
            grads["b" + str(i)] = delta.sum(axis=0)
            delta = delta @ W.T
            if i > 1:
                delta = delta * ((h > 0) if self.activation == "relu" else h * (1 - h))
        return grads


def sgd_step(net, x, t, lr):
    grads = net.gradient(x, t)
    for name, param in net.params.items():
        param[...] = param - lr * grads[name]
