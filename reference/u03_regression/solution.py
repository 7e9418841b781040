"""Lines, probabilities, neighbors, clusters and trees: the solution of u03_regression."""

import numpy as np

# --- a line ---------------------------------------------------------------------------------------------------------


def predict_line(x, w0, w1):
    """Return ŷ (N,), the height of the line with intercept w0 and slope w1 at every x (N,)."""
    return w0 + w1 * x


def simple_least_squares(x, y):
    """Return (w0, w1), intercept and slope of the line with the smallest sum of squared residuals. x, y: (N,)."""
    dx = x - x.mean()
    w1 = np.sum(dx * (y - y.mean())) / np.sum(dx**2)
    w0 = y.mean() - w1 * x.mean()
    return w0, w1


def correlation(x, y):
    """Return r, the correlation coefficient of x and y (N,): one number from −1 to 1."""
    dx = x - x.mean()
    dy = y - y.mean()
    return np.sum(dx * dy) / np.sqrt(np.sum(dx**2) * np.sum(dy**2))


def cost_gradient(x, y, w0, w1):
    """Return (C, ∂C/∂w0, ∂C/∂w1), three numbers. C is the sum of the squared residuals, not their mean.

    x, y: (N,). w0, w1: intercept and slope of the line.
    """
    e = y - predict_line(x, w0, w1)
    return np.sum(e**2), -2 * np.sum(e), -2 * np.sum(e * x)


def gradient_step(x, y, w0, w1, lr):
    """Return the new (w0, w1) after one step downhill on C with the learning rate lr."""
    _, dw0, dw1 = cost_gradient(x, y, w0, w1)
    return w0 - lr * dw0, w1 - lr * dw1


# --- several inputs -------------------------------------------------------------------------------------------------


def design_matrix(X):
    """Return (N, 1 + D): a column of ones, then the columns of X (N, D)."""
    return np.hstack([np.ones((len(X), 1)), X])


def linear_regression(X, y):
    """Return the weights w (D,) for which the sum of (y − Xw)² is smallest.

    X: (N, D), used as it is: whoever wants an intercept hands in ``design_matrix(X)``. y: (N,).
    """
    return np.linalg.solve(X.T @ X, X.T @ y)


# --- a probability --------------------------------------------------------------------------------------------------


def predict_proba(X, w):
    """Return p (N,), the probability of class 1 for every row: the sigmoid of its score Xw. X: (N, D). w: (D,)."""
    z = X @ w
    return 0.5 * (1 + np.tanh(0.5 * z))


def log_loss(X, y, w):
    """Return the log loss, averaged over the N rows: one number. It is finite and right also at scores of ±1000.

    X: (N, D). y: 0 or 1, (N,). w: (D,).
    """
    z = X @ w
    return np.mean(np.logaddexp(0, z) - y * z)


def log_loss_gradient(X, y, w):
    """Return the gradient of ``log_loss`` for w, of shape (D,)."""
    return X.T @ (predict_proba(X, w) - y) / len(y)


def squared_error_gradient(X, y, w):
    """Return (C, ∂C/∂w).

    C = Σ (y − p)² is a sum over the rows, not their mean, with p = ``predict_proba(X, w)``. The gradient is (D,).
    """
    p = predict_proba(X, w)
    return np.sum((y - p) ** 2), X.T @ (2 * (p - y) * p * (1 - p))


def logistic_regression(X, y, lr, steps):
    """Return w (D,) after this many steps of gradient descent on ``log_loss``, beginning with zeros."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - lr * log_loss_gradient(X, y, w)
    return w


# --- neighbors and clusters -----------------------------------------------------------------------------------------


def distances(A, B):
    """Return the Euclidean distance of every row of A (M, D) to every row of B (N, D): (M, N)."""
    return np.sqrt(np.sum((A[:, None] - B) ** 2, axis=2))


def knn_predict(X_train, y_train, X, k):
    """Return the class of every row of X (M, D), as integers (M,): the one most common among its k nearest neighbors.

    X_train: (N, D). y_train: its classes 0, 1, 2, … (N,). Between equally common classes you may choose.
    """
    nearest = np.argsort(distances(X, X_train), axis=1)[:, :k]
    return np.array([np.bincount(y_train[row]).argmax() for row in nearest])


def assign_clusters(X, centers):
    """Return for every row of X (N, D) the number of its nearest center, (N,). centers: (K, D)."""
    return distances(X, centers).argmin(axis=1)


def kmeans_step(X, centers):
    """Return (labels, new_centers): first the assignment (N,) to the given centers (K, D), then every cluster's mean.

    A cluster without a point keeps its center. ``centers`` may hold integers; it is itself not changed.
    """
    labels = assign_clusters(X, centers)
    new_centers = centers.astype(float)
    for j in range(len(centers)):
        if np.any(labels == j):
            new_centers[j] = X[labels == j].mean(axis=0)
    return labels, new_centers


# --- trees ----------------------------------------------------------------------------------------------------------


def gini(y):
    """Return the Gini impurity of the labels y (N,), whole numbers from 0 on: one number."""
    p = np.bincount(y) / len(y)
    return 1 - np.sum(p**2)


def split_gini(x, y, threshold):
    """Return the impurity after a split: the Gini impurities of both sides, weighted by how many rows each has.

    x: one feature (N,). y: labels (N,). Rows with x ≤ threshold go to the left; neither side is empty.
    """
    left = x <= threshold
    share = left.mean()
    return share * gini(y[left]) + (1 - share) * gini(y[~left])


def best_split(x, y):
    """Return (threshold, impurity) of the best split of one feature x (N,) by ``split_gini``.

    Candidates are the middles between neighboring different values of x.
    """
    values = np.unique(x)
    middles = (values[:-1] + values[1:]) / 2
    impurities = [split_gini(x, y, t) for t in middles]
    best = np.argmin(impurities)
    return middles[best], impurities[best]


def fit_stump(X, y):
    """Return the decision stump (feature, threshold, left, right): the best split of all features of X (N, D).

    left and right are the most common label of y on each side.
    """
    splits = [best_split(X[:, d], y) for d in range(X.shape[1])]
    feature = np.argmin([impurity for _, impurity in splits])
    threshold = splits[feature][0]
    side = X[:, feature] <= threshold
    return feature, threshold, np.bincount(y[side]).argmax(), np.bincount(y[~side]).argmax()


def stump_predict(stump, X):
    """Return the label (N,) that the stump (feature, threshold, left, right) gives to every row of X (N, D)."""
    feature, threshold, left, right = stump
    return np.where(X[:, feature] <= threshold, left, right)


# --- many trees -----------------------------------------------------------------------------------------------------


def bootstrap_sample(X, y, rng):
    """Return (X_new, y_new): N rows drawn at random from the N rows of X (N, D) and y (N,), with replacement.

    rng: a ``np.random.Generator``. A row keeps its own label.
    """
    rows = rng.integers(len(X), size=len(X))
    return X[rows], y[rows]


def bagging_vote(votes):
    """Return the label (N,) that most models chose for each of N rows.

    votes: labels 0, 1, 2, … (T, N), one row per model.
    Between equally common labels you may choose.
    """
    return np.array([np.bincount(column).argmax() for column in votes.T])
