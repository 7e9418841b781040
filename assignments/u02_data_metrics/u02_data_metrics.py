"""u02_data_metrics: Data and metrics / 데이터와 평가 지표.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u02_data_metrics.py
"""

import numpy as np

# --- tensors ---


def tensor_shape_of(kind, n, size):
    """The shape of a tensor that holds n samples of one kind of data.

    kind, and the keys of the dictionary size (they come in any order):
      "table"      features                   one row of numbers per sample
      "documents"  vocabulary                 one number per word of the vocabulary
      "series"     steps, features            one row of features per time step
      "words"      words, vocabulary          a one-hot row for each word of a text
      "image"      height, width, channels    channels last; a gray image has 1 channel
    n: the number of samples, or None for the shape of a single sample, without the axis of samples.
    Returns a tuple of integers.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def flatten(x):
    """Each sample as one row: x (N, ...) becomes (N, D), where D is the product of the other axes.

    The numbers of a sample keep the order in which NumPy reads them: the last axis runs fastest.
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- columns ---


def fill_missing(x, value=0.0):
    """A new array like x in which every missing number (NaN) is replaced by value. x stays as it is."""
    # YOUR CODE HERE
    raise NotImplementedError


def one_hot(t, num_classes):
    """One row per label, 0 everywhere except for a 1 in the label's column.

    t: (N,) integers from 0 to num_classes - 1; some classes may not occur. Returns (N, num_classes).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def standardize(x, train=None):
    """The z-score: every column minus its mean, divided by its standard deviation.

    x: (N, D). Mean and standard deviation are those of the columns of train (M, D); without train, those of x itself.
    The standard deviation divides by the number of rows. Where it is 0 (a constant column), divide by 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def min_max_scale(x, train=None):
    """Every column moved and stretched so that its smallest number becomes 0 and its largest 1.

    x: (N, D). Smallest and largest are those of the columns of train (M, D); without train, those of x itself.
    Where they are equal (a constant column), divide by 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- rows ---


def train_val_test_split(x, t, val_ratio=0.2, test_ratio=0.2, seed=None):
    """Shuffle the rows, then cut them into a training, a validation and a test set.

    x: (N, D); t: (N,), t[i] belongs to x[i]. The validation set has round(val_ratio * N) rows, the test set
    round(test_ratio * N), the training set the rest; every row is in exactly one of them.
    seed: the same number always gives the same sets, another number gives others.
    Returns (x_train, t_train), (x_val, t_val), (x_test, t_test).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def minibatches(x, t, batch_size):
    """Cut the rows, in their order, into pieces of batch_size rows; the last piece may be shorter.

    x: (N, ...); t: (N, ...). Returns a list of pairs (x_batch, t_batch).
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- classes ---


def confusion_matrix(y, t, num_classes):
    """How often each class was predicted as each: entry [i, j] counts the samples of class i that were predicted as j.

    y: predicted labels (N,); t: true labels (N,); integers from 0 to num_classes - 1.
    Returns integers (num_classes, num_classes): rows are the truth, columns the prediction.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def accuracy(y, t):
    """The share of samples whose predicted label is the true one, from 0 to 1. y, t: labels (N,)."""
    # YOUR CODE HERE
    raise NotImplementedError


def precision(y, t):
    """Of the samples predicted positive, the share that is positive: TP / (TP + FP).

    y, t: predicted and true labels (N,), 1 (positive) or 0 (negative). 0.0 if nothing was predicted positive.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def recall(y, t):
    """Of the positive samples, the share that was predicted positive (sensitivity): TP / (TP + FN).

    y, t: predicted and true labels (N,), 1 or 0. 0.0 if there is no positive sample.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def specificity(y, t):
    """Of the negative samples, the share that was predicted negative: TN / (TN + FP).

    y, t: predicted and true labels (N,), 1 or 0. 0.0 if there is no negative sample.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def f1(y, t):
    """The harmonic mean of precision and recall: high only if both are.

    y, t: predicted and true labels (N,), 1 or 0. 0.0 if precision and recall are both 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- scores ---


def roc_curve(y, t):
    """The points of the ROC curve: the false and true positive rate at every threshold.

    y: scores (N,), the higher the more positive; t: true labels (N,), 1 or 0, both present.
    A sample is predicted positive if its score is at least the threshold. The thresholds fall: first infinity (nothing
    is positive), then every score that occurs, each once, from the largest to the smallest.
    Returns (fpr, tpr, thresholds), three arrays of the same length.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def auc(fpr, tpr):
    """The area under the curve through the points (fpr, tpr), joined by straight lines.

    fpr, tpr: (K,), both rising from 0 to 1. Returns a number from 0 to 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- numbers ---


def mse(y, t):
    """Mean squared error: the mean of (y - t)² over every entry. y, t: arrays of the same shape."""
    # YOUR CODE HERE
    raise NotImplementedError


def rmse(y, t):
    """The square root of the mean squared error. y, t: arrays of the same shape."""
    # YOUR CODE HERE
    raise NotImplementedError


def mae(y, t):
    """Mean absolute error: the mean of |y - t| over every entry. y, t: arrays of the same shape."""
    # YOUR CODE HERE
    raise NotImplementedError


def mape(y, t):
    """Mean absolute percentage error: the mean of |y - t| / |t|, in percent. y, t: (N,); no t is 0."""
    # YOUR CODE HERE
    raise NotImplementedError


def r2_score(y, t):
    """1 minus (the sum of squared errors of y) / (that of always answering the mean of t).

    y, t: (N,); t is not constant. 1 for a perfect model, 0 for the mean, below 0 for less than that.
    """
    # YOUR CODE HERE
    raise NotImplementedError


# --- distributions ---


def cross_entropy(y, t):
    """-Σ t·ln y, summed over every entry (rows are not averaged).

    y, t: predicted and true probabilities, (N, K). An entry with t = 0 adds exactly 0, even where y is 0 too.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def kl_divergence(p, q):
    """Σ p·ln(p/q): how far the distribution q is from the distribution p.

    p, q: probabilities (K,), each summing to 1. An entry with p = 0 adds exactly 0, even where q is 0 too.
    """
    # YOUR CODE HERE
    raise NotImplementedError
