# right: float32 inside, inverted dropout, Glorot's uniform numbers, PyTorch's running variance
import numpy as np


def xavier_init(n_in, n_out):
    limit = np.sqrt(6 / (n_in + n_out))
    return np.random.uniform(-limit, limit, size=(n_in, n_out)).astype("f")


def he_init(n_in, n_out):
    return (np.random.standard_normal((n_in, n_out)) * (2 / n_in) ** 0.5).astype(np.float32)


def activation_stds(x, weights, activation):
    x, stds = x.astype("f"), []
    for W in weights:
        x = activation(x @ W.astype("f"))
        stds.append(np.std(x))
    return np.array(stds, dtype=np.float32)


class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma, self.beta, self.momentum = gamma.astype("f"), beta.astype("f"), np.float32(momentum)
        self.running_mean = np.zeros(len(beta), dtype="f") if running_mean is None else running_mean
        self.running_var = np.zeros(len(beta), dtype="f") if running_var is None else running_var

    def forward(self, x, train_flg=True):
        shape = x.shape
        x = x.astype("f").reshape(shape[0], -1)
        if train_flg:
            mean, var = np.mean(x, axis=0), np.var(x, axis=0)
            self.running_mean += (1 - self.momentum) * (mean - self.running_mean)
            self.running_var += (1 - self.momentum) * (var - self.running_var)
            self.inv = 1 / np.sqrt(var + np.float32(1e-6))
            self.xhat = (x - mean) * self.inv
            out = self.gamma * self.xhat + self.beta
        else:
            out = self.gamma * (x - self.running_mean) / np.sqrt(self.running_var + np.float32(1e-6)) + self.beta
        return out.reshape(shape).astype("f")

    def backward(self, dout):
        shape = dout.shape
        dout = dout.astype("f").reshape(shape[0], -1)
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.xhat).sum(axis=0)
        n = len(dout)
        dx = self.gamma * self.inv / n * (n * dout - self.dbeta - self.xhat * self.dgamma)
        return dx.reshape(shape)


class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.train_flg = True

    def forward(self, x, train_flg=True):
        if train_flg:
            flg = np.random.rand(*x.shape) > self.dropout_ratio
            scale = 1 / (1.0 - self.dropout_ratio)
            self.mask = flg.astype(np.float32) * scale
            return x * self.mask
        return x

    def backward(self, dout):
        return dout * self.mask


def weight_decay(weights, lam, norm="l2"):
    weights = [W.astype("f") for W in weights]
    if norm == "l2":
        return np.float32(0.5 * lam) * sum((W * W).sum() for W in weights), [np.float32(lam) * W for W in weights]
    return np.float32(lam) * sum(abs(W).sum() for W in weights), [np.float32(lam) * np.sign(W) for W in weights]


class Residual:
    def __init__(self, f):
        self.f = f

    def forward(self, x):
        return (x + self.f.forward(x)).astype(np.float32)

    def backward(self, dout):
        return (dout + self.f.backward(dout)).astype(np.float32)


def ensemble_average(outputs):
    mean = np.asarray(outputs, dtype=np.float32).mean(0)
    return mean, np.argmax(mean, axis=-1)
