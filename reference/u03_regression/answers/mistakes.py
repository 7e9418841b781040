# simple_least_squares: fail ddof_mixed
# correlation: fail squared
# gradient_step: fail new_w0_used_for_w1
# linear_regression: fail own_intercept
# log_loss: fail class_one_only
# log_loss_gradient: fail answer_minus_prediction
# squared_error_gradient: fail slope_of_sigmoid_missing
# knn_predict: fail nearest_skipped
# kmeans_step: fail centers_overwritten
# gini: fail entropy
# split_gini: fail unweighted
# stump_predict: fail sides_swapped
"""Mistakes in people's own words."""

import numpy as np


def simple_least_squares(x, y):
    w1 = np.cov(x, y)[0][1] / np.var(x)
    return np.mean(y) - w1 * np.mean(x), w1


def correlation(x, y):
    c = np.cov(x, y)
    return c[0, 1] ** 2 / (c[0, 0] * c[1, 1])


def gradient_step(x, y, w0, w1, lr):
    w0 = w0 + 2 * lr * np.sum(y - w0 - w1 * x)
    w1 = w1 + 2 * lr * np.sum((y - w0 - w1 * x) * x)
    return w0, w1


def linear_regression(X, y):
    X = np.c_[np.ones(len(X)), X]
    return np.linalg.pinv(X) @ y


def predict_proba(X, w):
    return 1 / (1 + np.exp(-X @ w))


def log_loss(X, y, w):
    return -np.mean(y * np.log(predict_proba(X, w) + 1e-7))


def log_loss_gradient(X, y, w):
    return (y - predict_proba(X, w)) @ X / len(X)


def squared_error_gradient(X, y, w):
    error = predict_proba(X, w) - y
    return (error**2).sum(), 2 * error @ X


def knn_predict(X_train, y_train, X, k):
    out = []
    for query in X:
        far = np.linalg.norm(X_train - query, axis=1)
        near = far.argsort()[1 : k + 1]
        out.append(np.bincount(y_train[near]).argmax())
    return np.array(out)


def kmeans_step(X, centers):
    labels = np.linalg.norm(X[:, None] - centers, axis=2).argmin(1)
    for j in set(labels.tolist()):
        centers[j] = X[labels == j].mean(0)
    return labels, centers


def gini(y):
    p = np.unique(y, return_counts=True)[1] / y.size
    return -(p * np.log2(p)).sum()


def _impurity(y):
    p = np.unique(y, return_counts=True)[1] / y.size
    return 1 - (p**2).sum()


def split_gini(x, y, threshold):
    return (_impurity(y[x <= threshold]) + _impurity(y[x > threshold])) / 2


def stump_predict(stump, X):
    feature, threshold, left, right = stump
    return np.where(X[:, feature] > threshold, left, right)
