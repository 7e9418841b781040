# right
"""Everything with loops over numbers and plain lists."""

import itertools
import math
from collections import Counter

import numpy as np


def predict_line(x, w0, w1):
    return np.array([w0 + w1 * v for v in x])


def simple_least_squares(x, y):
    n = len(x)
    sx, sy = sum(x), sum(y)
    sxy = sum(a * b for a, b in zip(x, y, strict=False))
    sxx = sum(a * a for a in x)
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    return (sy - slope * sx) / n, slope


def correlation(x, y):
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    top = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=False))
    return top / math.sqrt(sum((a - mx) ** 2 for a in x)) / math.sqrt(sum((b - my) ** 2 for b in y))


def cost_gradient(x, y, w0, w1):
    cost = d0 = d1 = 0.0
    for a, b in zip(x, y, strict=False):
        error = (w0 + w1 * a) - b
        cost += error**2
        d0 += 2 * error
        d1 += 2 * error * a
    return cost, d0, d1


def gradient_step(x, y, w0, w1, lr):
    grads = cost_gradient(x, y, w0, w1)
    return w0 - lr * grads[1], w1 - lr * grads[2]


def design_matrix(X):
    return np.array([[1.0, *row] for row in X])


def linear_regression(X, y):
    """Gaussian elimination on the normal equations."""
    d = X.shape[1]
    rows = []
    for i in range(d):
        right = sum(r[i] * t for r, t in zip(X, y, strict=True))
        rows.append([*(sum(r[i] * r[j] for r in X) for j in range(d)), right])
    for i in range(d):
        for k in range(d):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=False)]
    return np.array([rows[i][d] / rows[i][i] for i in range(d)])


def predict_proba(X, w):
    out = []
    for row in X:
        z = float(sum(a * b for a, b in zip(row, w, strict=False)))
        out.append(1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z)))
    return np.array(out)


def log_loss(X, y, w):
    total = 0.0
    for row, t in zip(X, y, strict=False):
        z = float(sum(a * b for a, b in zip(row, w, strict=False)))
        total += max(z, 0) - t * z + math.log1p(math.exp(-abs(z)))
    return total / len(y)


def log_loss_gradient(X, y, w):
    p = predict_proba(X, w)
    grad = np.zeros(len(w))
    for i in range(len(X)):
        for d in range(len(w)):
            grad[d] += (p[i] - y[i]) * X[i, d] / len(X)
    return grad


def squared_error_gradient(X, y, w):
    p = predict_proba(X, w)
    cost, grad = 0.0, np.zeros(len(w))
    for i in range(len(X)):
        cost += (y[i] - p[i]) ** 2
        grad -= 2 * (y[i] - p[i]) * p[i] * (1 - p[i]) * X[i]
    return cost, grad


def logistic_regression(X, y, lr, steps):
    w = np.zeros(X.shape[1])
    while steps > 0:
        w -= lr * log_loss_gradient(X, y, w)
        steps -= 1
    return w


def distances(A, B):
    return np.array([[math.dist(a, b) for b in B] for a in A])


def knn_predict(X_train, y_train, X, k):
    answers = []
    for row in distances(X, X_train):
        order = sorted(range(len(row)), key=lambda i: row[i])[:k]
        answers.append(Counter(int(y_train[i]) for i in order).most_common(1)[0][0])
    return np.array(answers)


def assign_clusters(X, centers):
    return np.array([min(range(len(centers)), key=lambda j: math.dist(row, centers[j])) for row in X])


def kmeans_step(X, centers):
    labels = assign_clusters(X, centers)
    moved = []
    for j, old in enumerate(centers):
        mine = [row for row, label in zip(X, labels, strict=False) if label == j]
        moved.append(sum(mine) / len(mine) if mine else old)
    return labels, np.array(moved)


def gini(y):
    return 1 - sum((count / len(y)) ** 2 for count in Counter(y.tolist()).values())


def split_gini(x, y, threshold):
    left = np.array([b for a, b in zip(x, y, strict=False) if a <= threshold])
    right = np.array([b for a, b in zip(x, y, strict=False) if a > threshold])
    return (len(left) * gini(left) + len(right) * gini(right)) / len(y)


def best_split(x, y):
    found = (None, math.inf)
    values = sorted(set(x.tolist()))
    for low, high in itertools.pairwise(values):
        t = (low + high) / 2
        impurity = split_gini(x, y, t)
        if impurity < found[1]:
            found = (t, impurity)
    return found


def fit_stump(X, y):
    best = None
    for d in range(X.shape[1]):
        t, impurity = best_split(X[:, d], y)
        if best is None or impurity < best[0]:
            best = (impurity, d, t)
    _, d, t = best
    left = Counter(y[X[:, d] <= t].tolist()).most_common(1)[0][0]
    right = Counter(y[X[:, d] > t].tolist()).most_common(1)[0][0]
    return d, t, left, right


def stump_predict(stump, X):
    d, t, left, right = stump
    return np.array([left if row[d] <= t else right for row in X])


def bootstrap_sample(X, y, rng):
    numbers = [int(rng.random() * len(X)) for _ in range(len(X))]
    return np.array([X[i] for i in numbers]), np.array([y[i] for i in numbers])


def bagging_vote(votes):
    return np.array([Counter(votes[:, n].tolist()).most_common(1)[0][0] for n in range(votes.shape[1])])
