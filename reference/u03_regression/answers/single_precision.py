# right
"""In float32 throughout, with NumPy's old random numbers."""

import numpy as np

F = np.float32


def predict_line(x, w0, w1):
    return F(w1) * x.astype(F) + F(w0)


def simple_least_squares(x, y):
    x, y = x.astype(F), y.astype(F)
    w1 = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return y.mean() - w1 * x.mean(), w1


def correlation(x, y):
    x, y = x.astype(F) - F(x.mean()), y.astype(F) - F(y.mean())
    return x @ y / (np.linalg.norm(x) * np.linalg.norm(y))


def cost_gradient(x, y, w0, w1):
    x, y = x.astype(F), y.astype(F)
    e = y - F(w0) - F(w1) * x
    return (e * e).sum(), F(-2) * e.sum(), F(-2) * (e * x).sum()


def linear_regression(X, y):
    X, y = X.astype(F), y.astype(F)
    return np.linalg.solve(X.T @ X, X.T @ y)


def predict_proba(X, w):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-(X.astype(F) @ w.astype(F))))


def log_loss(X, y, w):
    z = X.astype(F) @ w.astype(F)
    return np.mean(np.maximum(z, 0) - y.astype(F) * z + np.log1p(np.exp(-np.abs(z))))


def log_loss_gradient(X, y, w):
    return X.astype(F).T @ (predict_proba(X, w) - y.astype(F)) / F(len(X))


def logistic_regression(X, y, lr, steps):
    w = np.zeros(X.shape[1], dtype=F)
    for _ in range(steps):
        w -= F(lr) * log_loss_gradient(X, y, w)
    return w


def distances(A, B):
    A, B = A.astype(F), B.astype(F)
    squares = (A**2).sum(1)[:, None] + (B**2).sum(1) - 2 * A @ B.T
    return np.sqrt(np.maximum(squares, 0))


def bootstrap_sample(X, y, rng):
    rows = np.random.randint(0, len(X), len(X))
    return X[rows].astype(F), y[rows].astype(F)
