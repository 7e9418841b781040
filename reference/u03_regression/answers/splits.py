# best_split: fail equal_values_parted
# fit_stump: fail first_feature_only
# bagging_vote: fail rows_vote
# assign_clusters: fail over_the_rows
"""A search by position, and tables read along the wrong axis."""

import numpy as np


def _gini(labels):
    shares = np.array([np.mean(labels == label) for label in set(labels.tolist())])
    return 1 - np.sum(shares**2)


def best_split(x, y):
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    best = (None, np.inf)
    for i in range(1, len(x)):
        impurity = (i * _gini(y[:i]) + (len(y) - i) * _gini(y[i:])) / len(y)
        if impurity < best[1]:
            best = ((x[i - 1] + x[i]) / 2, impurity)
    return best


def fit_stump(X, y):
    threshold, _ = best_split(X[:, 0], y)
    left = X[:, 0] <= threshold
    return 0, threshold, np.bincount(y[left]).argmax(), np.bincount(y[~left]).argmax()


def assign_clusters(X, centers):
    return np.array([np.linalg.norm(X - center, axis=1).argmin() for center in centers])


def bagging_vote(votes):
    return np.array([np.bincount(row).argmax() for row in votes])
