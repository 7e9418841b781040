"""u03_regression: Regression, neighbors and trees / 회귀, 이웃, 결정 트리.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u03_regression.py
"""

import numpy as np

# --- a line ---------------------------------------------------------------------------------------------------------


def predict_line(x, w0, w1):
    """Return ŷ (N,), the height of the line with intercept w0 and slope w1 at every x (N,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def simple_least_squares(x, y):
    """Return (w0, w1), intercept and slope of the line with the smallest sum of squared residuals. x, y: (N,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def correlation(x, y):
    """Return r, the correlation coefficient of x and y (N,): one number from −1 to 1."""
    # YOUR CODE HERE
    raise NotImplementedError


def cost_gradient(x, y, w0, w1):
    """Return (C, ∂C/∂w0, ∂C/∂w1), three numbers. C is the sum of the squared residuals, not their mean.

    x, y: (N,). w0, w1: intercept and slope of the line.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def gradient_step(x, y, w0, w1, lr):
    """Return the new (w0, w1) after one step downhill on C with the learning rate lr."""
    # YOUR CODE HERE
    raise NotImplementedError


# --- several inputs -------------------------------------------------------------------------------------------------


def design_matrix(X):
    """Return (N, 1 + D): a column of ones, then the columns of X (N, D)."""
    # YOUR CODE HERE
    raise NotImplementedError


def linear_regression(X, y):
    """Return the weights w (D,) for which the sum of (y − Xw)² is smallest.

    X: (N, D), used as it is: whoever wants an intercept hands in ``design_matrix(X)``. y: (N,).
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- a probability --------------------------------------------------------------------------------------------------


def predict_proba(X, w):
    """Return p (N,), the probability of class 1 for every row: the sigmoid of its score Xw. X: (N, D). w: (D,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def log_loss(X, y, w):
    """Return the log loss, averaged over the N rows: one number. It is finite and right also at scores of ±1000.

    X: (N, D). y: 0 or 1, (N,). w: (D,).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def log_loss_gradient(X, y, w):
    """Return the gradient of ``log_loss`` for w, of shape (D,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def squared_error_gradient(X, y, w):
    """Return (C, ∂C/∂w).

    C = Σ (y − p)² is a sum over the rows, not their mean, with p = ``predict_proba(X, w)``. The gradient is (D,).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def logistic_regression(X, y, lr, steps):
    """Return w (D,) after this many steps of gradient descent on ``log_loss``, beginning with zeros."""
    # YOUR CODE HERE
    raise NotImplementedError


# --- neighbors and clusters -----------------------------------------------------------------------------------------


def distances(A, B):
    """Return the Euclidean distance of every row of A (M, D) to every row of B (N, D): (M, N)."""
    # YOUR CODE HERE
    raise NotImplementedError


def knn_predict(X_train, y_train, X, k):
    """Return the class of every row of X (M, D), as integers (M,): the one most common among its k nearest neighbors.

    X_train: (N, D). y_train: its classes 0, 1, 2, … (N,). Between equally common classes you may choose.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def assign_clusters(X, centers):
    """Return for every row of X (N, D) the number of its nearest center, (N,). centers: (K, D)."""
    # YOUR CODE HERE
    raise NotImplementedError


def kmeans_step(X, centers):
    """Return (labels, new_centers): first the assignment (N,) to the given centers (K, D), then every cluster's mean.

    A cluster without a point keeps its center. ``centers`` may hold integers; it is itself not changed.
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- trees ----------------------------------------------------------------------------------------------------------


def gini(y):
    """Return the Gini impurity of the labels y (N,), whole numbers from 0 on: one number."""
    # YOUR CODE HERE
    raise NotImplementedError


def split_gini(x, y, threshold):
    """Return the impurity after a split: the Gini impurities of both sides, weighted by how many rows each has.

    x: one feature (N,). y: labels (N,). Rows with x ≤ threshold go to the left; neither side is empty.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def best_split(x, y):
    """Return (threshold, impurity) of the best split of one feature x (N,) by ``split_gini``.

    Candidates are the middles between neighboring different values of x.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def fit_stump(X, y):
    """Return the decision stump (feature, threshold, left, right): the best split of all features of X (N, D).

    left and right are the most common label of y on each side.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def stump_predict(stump, X):
    """Return the label (N,) that the stump (feature, threshold, left, right) gives to every row of X (N, D)."""
    # YOUR CODE HERE
    raise NotImplementedError


# --- many trees -----------------------------------------------------------------------------------------------------


def bootstrap_sample(X, y, rng):
    """Return (X_new, y_new): N rows drawn at random from the N rows of X (N, D) and y (N,), with replacement.

    rng: a ``np.random.Generator``. A row keeps its own label.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def bagging_vote(votes):
    """Return the label (N,) that most models chose for each of N rows.

    votes: labels 0, 1, 2, … (T, N), one row per model.
    Between equally common labels you may choose.
    """
    # YOUR CODE HERE
    raise NotImplementedError
