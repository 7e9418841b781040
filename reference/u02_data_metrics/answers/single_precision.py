# right: float32 throughout, and other NumPy tools
import numpy as np


def flatten(x):
    return np.asarray(x, dtype=np.float32).reshape(x.shape[0], np.prod(x.shape[1:]))


def fill_missing(x, value=0.0):
    filled = x.astype(np.float32)
    filled[np.isnan(filled)] = value
    return filled


def one_hot(t, num_classes):
    return (t[:, None] == np.arange(num_classes)).astype(np.float32)


def standardize(x, train=None):
    train = (x if train is None else train).astype(np.float32)
    spread = np.sqrt(((train - train.mean(0)) ** 2).mean(0))
    spread[spread == 0] = 1
    return (x.astype(np.float32) - train.mean(0)) / spread


def min_max_scale(x, train=None):
    train = (x if train is None else train).astype(np.float32)
    width = np.ptp(train, axis=0)
    width[width == 0] = 1
    return (x.astype(np.float32) - train.min(0)) / width


def train_val_test_split(x, t, val_ratio=0.2, test_ratio=0.2, seed=None):
    rng = np.random.RandomState(seed)
    order = rng.permutation(x.shape[0])
    x, t = x[order].astype(np.float32), t[order].astype(np.float32)
    n_val, n_test = int(x.shape[0] * val_ratio), int(x.shape[0] * test_ratio)
    n_train = x.shape[0] - n_val - n_test
    first, second, third = slice(0, n_train), slice(n_train, n_train + n_val), slice(n_train + n_val, None)
    return (x[first], t[first]), (x[second], t[second]), (x[third], t[third])


def minibatches(x, t, batch_size):
    cuts = np.arange(batch_size, len(x), batch_size)
    return list(zip(np.split(x.astype(np.float32), cuts), np.split(t.astype(np.float32), cuts), strict=True))


def confusion_matrix(y, t, num_classes):
    return np.bincount(t * num_classes + y, minlength=num_classes**2).reshape(num_classes, num_classes)


def accuracy(y, t):
    return np.float32(np.count_nonzero(y == t)) / np.float32(y.size)


def precision(y, t):
    return np.float32(np.sum(y * t) / max(np.sum(y), 1))


def recall(y, t):
    return np.float32(np.sum(y * t) / max(np.sum(t), 1))


def specificity(y, t):
    return np.float32(np.sum((1 - y) * (1 - t)) / max(np.sum(1 - t), 1))


def f1(y, t):
    return np.float32(2 * np.sum(y * t) / max(np.sum(y) + np.sum(t), 1))


def roc_curve(y, t):
    order = np.argsort(-y, kind="stable")
    y, t = y[order], t[order]
    last = np.append(np.flatnonzero(np.diff(y)), len(y) - 1)
    tps, fps = np.cumsum(t)[last], np.cumsum(1 - t)[last]
    tpr = np.concatenate([[0], tps / tps[-1]]).astype(np.float32)
    fpr = np.concatenate([[0], fps / fps[-1]]).astype(np.float32)
    return fpr, tpr, np.concatenate([[y[0] + 1], y[last]]).astype(np.float32)


def auc(fpr, tpr):
    return np.trapezoid(tpr.astype(np.float32), fpr.astype(np.float32))


def mse(y, t):
    error = (y - t).astype(np.float32)
    return np.square(error).mean()


def rmse(y, t):
    error = (y - t).astype(np.float32)
    return np.linalg.norm(error) / np.float32(np.sqrt(error.size))


def mae(y, t):
    return np.abs((y - t).astype(np.float32)).mean()


def mape(y, t):
    y, t = y.astype(np.float32), t.astype(np.float32)
    return np.mean(np.abs(1 - y / t)) * 100


def r2_score(y, t):
    y, t = y.astype(np.float32), t.astype(np.float32)
    return 1 - np.mean((t - y) ** 2) / np.var(t)


def cross_entropy(y, t):
    y, t = y.astype(np.float32), t.astype(np.float32)
    return -np.sum(np.where(t > 0, t * np.log(np.where(t > 0, y, 1)), 0))


def kl_divergence(p, q):
    p, q = p.astype(np.float32), q.astype(np.float32)
    ratio = np.divide(p, q, out=np.ones_like(p), where=p > 0)
    return np.sum(p * np.log(ratio))
