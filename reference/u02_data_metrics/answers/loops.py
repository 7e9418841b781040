# right: loops and lists, one sample at a time
import math

import numpy as np


def tensor_shape_of(kind, n, size):
    if kind == "table":
        shape = [size["features"]]
    elif kind == "documents":
        shape = [size["vocabulary"]]
    elif kind == "series":
        shape = [size["steps"], size["features"]]
    elif kind == "words":
        shape = [size["words"], size["vocabulary"]]
    else:
        shape = [size["height"], size["width"], size["channels"]]
    if n is not None:
        shape.insert(0, n)
    return shape


def flatten(x):
    return np.array([np.ravel(sample) for sample in x])


def fill_missing(x, value=0.0):
    filled = x.copy()
    for place in np.ndindex(x.shape):
        if filled[place] != filled[place]:  # only NaN differs from itself
            filled[place] = value
    return filled


def one_hot(t, num_classes):
    rows = np.zeros((len(t), num_classes))
    for i in range(len(t)):
        rows[i, t[i]] = 1
    return rows


def standardize(x, train=None):
    if train is None:
        train = x
    z = np.zeros_like(x)
    for j in range(x.shape[1]):
        mean = sum(train[:, j]) / len(train)
        spread = math.sqrt(sum((value - mean) ** 2 for value in train[:, j]) / len(train))
        for i in range(len(x)):
            z[i, j] = (x[i, j] - mean) / (spread if spread > 0 else 1)
    return z


def min_max_scale(x, train=None):
    if train is None:
        train = x
    columns = []
    for column, known in zip(x.T, train.T, strict=False):
        low, high = min(known), max(known)
        if high == low:
            columns.append(column - low)
        else:
            columns.append([(value - low) / (high - low) for value in column])
    return np.array(columns).T


def train_val_test_split(x, t, val_ratio=0.2, test_ratio=0.2, seed=None):
    np.random.seed(seed)
    index = np.arange(len(x))
    np.random.shuffle(index)
    n_test, n_val = round(len(x) * test_ratio), round(len(x) * val_ratio)
    test, val, train = index[:n_test], index[n_test : n_test + n_val], index[n_test + n_val :]
    return (x[train], t[train]), (x[val], t[val]), (x[test], t[test])


def minibatches(x, t, batch_size):
    start = 0
    while start < len(x):
        end = min(start + batch_size, len(x))
        yield x[start:end], t[start:end]
        start = end


def confusion_matrix(y, t, num_classes):
    counts = np.zeros((num_classes, num_classes))
    for predicted, true in zip(y, t, strict=False):
        counts[true][predicted] += 1
    return counts


def accuracy(y, t):
    right = 0
    for predicted, true in zip(y, t, strict=False):
        if predicted == true:
            right += 1
    return right / len(t)


def _counts(y, t):
    tn, fp, fn, tp = confusion_matrix(y, t, 2).ravel()
    return tp, fp, fn, tn


def precision(y, t):
    tp, fp, _, _ = _counts(y, t)
    if tp + fp == 0:
        return 0.0
    return tp / (tp + fp)


def recall(y, t):
    tp, _, fn, _ = _counts(y, t)
    if tp + fn == 0:
        return 0.0
    return tp / (tp + fn)


def specificity(y, t):
    _, fp, _, tn = _counts(y, t)
    if tn + fp == 0:
        return 0.0
    return tn / (tn + fp)


def f1(y, t):
    tp, fp, fn, _ = _counts(y, t)
    if tp == 0:
        return 0
    return 2 * tp / (2 * tp + fp + fn)


def roc_curve(y, t):
    thresholds = [math.inf, *sorted(set(y.tolist()), reverse=True)]
    fpr, tpr = [], []
    for threshold in thresholds:
        predicted = [1 if score >= threshold else 0 for score in y]
        tpr.append(sum(p for p, true in zip(predicted, t, strict=False) if true == 1) / sum(t))
        fpr.append(sum(p for p, true in zip(predicted, t, strict=False) if true == 0) / (len(t) - sum(t)))
    return fpr, tpr, thresholds


def auc(fpr, tpr):
    area = 0.0
    for k in range(1, len(fpr)):
        area += (fpr[k] - fpr[k - 1]) * (tpr[k] + tpr[k - 1]) / 2
    return area


def mse(y, t):
    errors = [(a - b) ** 2 for a, b in zip(np.ravel(y), np.ravel(t), strict=False)]
    return sum(errors) / len(errors)


def rmse(y, t):
    return math.sqrt(mse(y, t))


def mae(y, t):
    errors = [abs(a - b) for a, b in zip(np.ravel(y), np.ravel(t), strict=False)]
    return sum(errors) / len(errors)


def mape(y, t):
    return sum(abs(a - b) / abs(b) * 100 for a, b in zip(y, t, strict=False)) / len(t)


def r2_score(y, t):
    mean = sum(t) / len(t)
    residual = sum((b - a) ** 2 for a, b in zip(y, t, strict=False))
    total = sum((b - mean) ** 2 for b in t)
    return 1 - residual / total


def cross_entropy(y, t):
    loss = 0.0
    for predicted, true in zip(y, t, strict=False):
        for p, share in zip(predicted, true, strict=False):
            if share != 0:
                loss -= share * math.log(p)
    return loss


def kl_divergence(p, q):
    return sum(a * (math.log(a) - math.log(b)) for a, b in zip(p, q, strict=False) if a > 0)
