# right
"""The same with matrices: inverses, Gram matrices, one-hot counts, and other conventions in honest use."""

import numpy as np


def predict_line(x, w0, w1):
    return np.stack([np.ones_like(x), x], axis=1) @ np.array([w0, w1])


def simple_least_squares(x, y):
    covariance = np.cov(x, y, ddof=0)
    w1 = covariance[0, 1] / covariance[0, 0]
    return np.mean(y - w1 * x), w1


def correlation(x, y):
    zx, zy = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    return np.mean(zx * zy)


def cost_gradient(x, y, w0, w1):
    Z = np.column_stack([np.ones(len(x)), x])
    e = Z @ np.array([w0, w1]) - y
    d = 2 * Z.T @ e
    return e @ e, d[0], d[1]


def gradient_step(x, y, w0, w1, lr):
    w = np.array([w0, w1]) - lr * np.array(cost_gradient(x, y, w0, w1)[1:])
    return w[0], w[1]


def design_matrix(X):
    return np.insert(X, 0, 1, axis=1)


def linear_regression(X, y):
    return np.linalg.inv(X.T.dot(X)).dot(X.T).dot(y)


def predict_proba(X, w):
    return 1 / (1 + np.exp(-X.dot(w)))


def log_loss(X, y, w):
    margin = X.dot(w) * (2 * y - 1)
    return np.mean(np.log1p(np.exp(-np.abs(margin))) + np.maximum(-margin, 0))


def log_loss_gradient(X, y, w):
    return np.mean((predict_proba(X, w) - y)[:, None] * X, axis=0)


def squared_error_gradient(X, y, w):
    p = predict_proba(X, w)
    return (y - p) @ (y - p), -2 * ((y - p) * p * (1 - p)) @ X


def logistic_regression(X, y, lr, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w -= lr * X.T @ (predict_proba(X, w) - y) / X.shape[0]
    return w


def distances(A, B):
    return np.linalg.norm(A[:, np.newaxis, :] - B[np.newaxis], axis=-1)


def knn_predict(X_train, y_train, X, k):
    squares = (X**2).sum(axis=1)[:, None] + (X_train**2).sum(axis=1) - 2 * X @ X_train.T
    near = y_train[np.argpartition(squares, k, axis=1)[:, :k]]
    counts = np.array([(near == c).sum(axis=1) for c in range(y_train.max() + 1)])
    return counts.argmax(axis=0)


def assign_clusters(X, centers):
    return np.argmin(((X[:, None] - centers[None]) ** 2).sum(-1), axis=-1)


def kmeans_step(X, centers):
    labels = assign_clusters(X, centers)
    member = (labels == np.arange(len(centers))[:, None]).astype(float)
    size = member.sum(axis=1, keepdims=True)
    return labels, np.where(size > 0, member @ X / np.maximum(size, 1), centers)


def gini(y):
    _, counts = np.unique(y, return_counts=True)
    p = counts / counts.sum()
    return (p * (1 - p)).sum()


def split_gini(x, y, threshold):
    sides = [y[x <= threshold], y[x > threshold]]
    return np.average([gini(side) for side in sides], weights=[side.size for side in sides])


def best_split(x, y):
    """The largest value on the left is the threshold."""
    values = np.unique(x)[:-1]
    table = np.array([split_gini(x, y, v) for v in values])
    return values[table.argmin()], table.min()


def fit_stump(X, y):
    splits = np.array([best_split(column, y) for column in X.T])
    d = splits[:, 1].argmin()
    left = X[:, d] <= splits[d, 0]
    return d, splits[d, 0], np.bincount(y[left]).argmax(), np.bincount(y[~left]).argmax()


def stump_predict(stump, X):
    d, t, left, right = stump
    answer = np.full(len(X), right)
    answer[X[:, d] <= t] = left
    return answer


def bootstrap_sample(X, y, rng):
    rows = rng.choice(len(X), len(X))
    return X[rows], y[rows]


def bagging_vote(votes):
    classes = np.arange(votes.max() + 1)
    return (votes == classes[:, None, None]).sum(axis=1).argmax(axis=0)
