# xavier_init: fail fan_out
# he_init: fail no_two
# activation_stds: fail before_activation
# BatchNormalization.forward: fail momentum_swapped
# BatchNormalization.backward: fail no_paths
# Dropout: fail keep_and_drop
# weight_decay: fail no_half
# EarlyStopping: fail one_late
# clip_grads: fail each_alone
# Residual: fail back_through_f_only
# ensemble_average: fail majority
# Other words and other random numbers than the solution's: the mistakes are named by what they do.
import numpy as np

rng = np.random.default_rng()


def xavier_init(n_in, n_out):
    return rng.normal(0, (1 / n_out) ** 0.5, (n_in, n_out))


def he_init(n_in, n_out):
    return rng.standard_normal((n_in, n_out)) / n_in**0.5


def activation_stds(x, weights, activation):
    found = []
    for W in weights:
        a = x.dot(W)
        found.append(np.std(a))
        x = activation(a)
    return np.array(found)


class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma, self.beta, self.m = gamma, beta, momentum
        self.running_mean = 0.0 if running_mean is None else running_mean
        self.running_var = 0.0 if running_var is None else running_var

    def forward(self, x, train_flg=True):
        flat = x.reshape(x.shape[0], -1)
        if train_flg:
            mu = np.mean(flat, 0)
            v = np.mean((flat - mu) ** 2, 0)
            self.running_mean = self.running_mean + self.m * (mu - self.running_mean)
            self.running_var = self.running_var + self.m * (v - self.running_var)
        else:
            mu, v = self.running_mean, self.running_var
        self.s = (v + 1e-6) ** 0.5
        self.hat = (flat - mu) / self.s
        return np.reshape(self.hat * self.gamma + self.beta, x.shape)

    def backward(self, dout):
        flat = dout.reshape(dout.shape[0], -1)
        self.dbeta = np.sum(flat, 0)
        self.dgamma = np.einsum("nd,nd->d", flat, self.hat)
        return np.reshape(flat * self.gamma / self.s, dout.shape)


class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.ratio = dropout_ratio

    def forward(self, x, train_flg=True):
        if train_flg:
            self.keep = rng.random(x.shape) < self.ratio
            return np.where(self.keep, x, 0)
        return (1 - self.ratio) * x

    def backward(self, dout):
        return np.where(self.keep, dout, 0)


def weight_decay(weights, lam, norm="l2"):
    total, grads = 0, []
    for W in weights:
        total = total + (lam * np.abs(W).sum() if norm == "l1" else lam * (W * W).sum())
        grads.append(lam * np.where(W > 0, 1.0, -1.0) if norm == "l1" else lam * W)
    return total, grads


class EarlyStopping:
    def __init__(self, monitor="val_loss", min_delta=0.0, patience=3, mode="min"):
        self.monitor, self.min_delta, self.patience = monitor, min_delta, patience
        self.sign = -1 if mode == "max" else 1
        self.best, self.best_epoch, self.now = None, 0, 0

    def should_stop(self, logs):
        value = logs[self.monitor]
        if self.best is None or self.sign * value < self.sign * self.best - self.min_delta:
            self.best, self.best_epoch = value, self.now
        self.now += 1
        return self.now - 1 - self.best_epoch > self.patience


def clip_grads(grads, max_norm):
    for g in grads:
        length = np.linalg.norm(g) + 1e-6
        if length > max_norm:
            g *= max_norm / length


class Residual:
    def __init__(self, f):
        self.f = f

    def forward(self, x):
        return x + self.f.forward(x)

    def backward(self, dout):
        dx = self.f.backward(dout)
        return dx


def ensemble_average(outputs):
    votes = outputs.argmax(axis=2)
    classes = [np.argmax(np.bincount(votes[:, n])) for n in range(votes.shape[1])]
    return outputs.mean(axis=0), np.array(classes)
