# right: in the style of the first book
import numpy as np


def flatten(x):
    return x.reshape(x.shape[0], -1)


def one_hot(X, num_classes):
    T = np.zeros((X.size, num_classes))
    for idx, row in enumerate(T):
        row[X[idx]] = 1
    return T


def train_val_test_split(x, t, val_ratio=0.2, test_ratio=0.2, seed=None):
    permutation = np.random.default_rng(seed).permutation(x.shape[0])
    x = x[permutation, :] if x.ndim == 2 else x[permutation, :, :, :]
    t = t[permutation]
    validation_num = int(x.shape[0] * val_ratio)
    test_num = int(x.shape[0] * test_ratio)
    x_val, t_val = x[:validation_num], t[:validation_num]
    x_test, t_test = x[validation_num : validation_num + test_num], t[validation_num : validation_num + test_num]
    x_train, t_train = x[validation_num + test_num :], t[validation_num + test_num :]
    return (x_train, t_train), (x_val, t_val), (x_test, t_test)


def minibatches(x, t, batch_size):
    batches = []
    max_iters = int(np.ceil(len(x) / batch_size))
    for iters in range(max_iters):
        batch_x = x[iters * batch_size : (iters + 1) * batch_size]
        batch_t = t[iters * batch_size : (iters + 1) * batch_size]
        batches.append((batch_x, batch_t))
    return batches


def accuracy(y, t):
    return np.sum(y == t) / float(len(y))


def mse(y, t):
    return np.mean((y - t) ** 2)


def cross_entropy(y, t):
    delta = 1e-7
    return -np.sum(t * np.log(y + delta))


def kl_divergence(p, q):
    delta = 1e-7
    return np.sum(p * np.log((p + delta) / (q + delta)))
