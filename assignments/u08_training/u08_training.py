"""u08_training: Training that works / 학습이 잘되게 하는 기술.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u08_training.py
"""

import numpy as np
from u06_backprop import Affine, Relu, Sigmoid, SoftmaxWithLoss


def xavier_init(n_in, n_out):
    """Random weights (n_in, n_out), normal around 0, so that a linear layer keeps the variance of its input.

    Graded: the standard deviation that depends on n_in alone. The one with n_in + n_out is accepted, and so is a
    uniform distribution of the same standard deviation. (S1; Glorot & Bengio 2010)
    """
    # YOUR CODE HERE
    raise NotImplementedError


def he_init(n_in, n_out):
    """Random weights (n_in, n_out), normal around 0, so that a layer with ReLU keeps the size of its input.

    Graded: the standard deviation that depends on n_in. (S1; He et al. 2015, arXiv:1502.01852)
    """
    # YOUR CODE HERE
    raise NotImplementedError


def activation_stds(x, weights, activation):
    """How wide the activations of each layer spread (S1).

    x (N, D) goes through the layers without bias: a matrix of `weights`, then the function `activation`, and so on.
    Return an array with one standard deviation for each layer, over all numbers that come out of its activation.
    """
    # YOUR CODE HERE
    raise NotImplementedError


class BatchNormalization:
    """Batch normalization of each column, ε = 1e-6 inside the root (S0, S1; arXiv:1502.03167).

    x: (N, D), or (N, C, H, W), where each image becomes one row of C·H·W numbers. gamma, beta: (D,).
    """

    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.running_mean = np.zeros_like(beta) if running_mean is None else running_mean
        self.running_var = np.zeros_like(beta) if running_var is None else running_var
        self.dgamma = self.dbeta = None

    def forward(self, x, train_flg=True):
        """Return γ·x̂ + β in the shape of x.

        Training: x̂ with mean and variance (over N) of this batch; then, for `running_mean` and `running_var`,
        running ← momentum·running + (1 − momentum)·batch. Otherwise: x̂ with the running ones, which stay as they are.
        """
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Set `dgamma` and `dbeta` (D,); return ∂L/∂x in the shape of x. dout: ∂L/∂y of the last training batch."""
        # YOUR CODE HERE
        raise NotImplementedError


class Dropout:
    """Dropout as in the first book (S0, S1; Srivastava et al. 2014): training drops, testing scales."""

    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio, self.mask = dropout_ratio, None

    def forward(self, x, train_flg=True):
        """Training: x, each number set to 0 with probability `dropout_ratio`. Otherwise: x times the share kept.

        The inverted form (the kept ones enlarged in training, x unchanged otherwise) is accepted too.
        """
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y of the last forward in training."""
        # YOUR CODE HERE
        raise NotImplementedError


def weight_decay(weights, lam, norm="l2"):
    """The penalty on a list of weight matrices, and its gradients (S1).

    norm "l2": ½·λ·Σ w² over all numbers of all matrices; "l1": λ·Σ |w|. Return (penalty, list of gradients): a number,
    and for each matrix the gradient of the penalty, in its shape. (No w is exactly 0.)
    """
    # YOUR CODE HERE
    raise NotImplementedError


class EarlyStopping:
    """Says when to stop, from what is measured after each epoch (S0, S2)."""

    def __init__(self, monitor="val_loss", min_delta=0.0, patience=3, mode="min"):
        self.monitor, self.min_delta, self.patience, self.mode = monitor, min_delta, patience, mode
        self.best, self.best_epoch = None, None
        self.epoch, self.wait = -1, 0

    def should_stop(self, logs):
        """Called once after each epoch, with a dict such as {"loss": 0.31, "val_loss": 0.42}; the first is epoch 0.

        An epoch is better if the monitored value is below `best` (mode "min"; above it for "max") by more than
        `min_delta`; the first one always is. Keep `best` and `best_epoch`. Return True if the last `patience` epochs
        (≥ 1) in a row were not better, otherwise False.
        """
        # YOUR CODE HERE
        raise NotImplementedError


def clip_grads(grads, max_norm):
    """Shorten all gradients of a list together, in place (S0).

    The norm is that of all numbers of all arrays. Where max_norm / (norm + 1e-6) is below 1, multiply every array by
    it; otherwise leave them as they are. Return nothing.
    """
    # YOUR CODE HERE
    raise NotImplementedError


class Residual:
    """y = x + f(x), a residual connection around a layer f (S0; He et al. 2015, arXiv:1512.03385)."""

    def __init__(self, f):
        # YOUR CODE HERE
        raise NotImplementedError

    def forward(self, x):
        """Return x + f(x). `self.f.forward(x)` has the shape of x."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y; `self.f.backward` returns the part that goes through f."""
        # YOUR CODE HERE
        raise NotImplementedError


def ensemble_average(outputs):
    """Several networks answer together (S1).

    outputs (K, N, C): for each of K networks the probabilities of C classes for N rows. Return their mean over the
    networks (N, C), and for each row the class with the largest mean (N,).
    """
    # YOUR CODE HERE
    raise NotImplementedError


class MultiLayerNet:
    """Affine → activation → … → Affine → softmax with cross entropy, with weight decay (S1).

    `activation`: "relu" or "sigmoid". `weight_init_std`: "relu" or "he" for he_init, "sigmoid" or "xavier" for
    xavier_init, or a number, the standard deviation. `weight_decay_lambda`: λ of the L2 penalty.
    """

    def __init__(
        self,
        input_size,
        hidden_size_list,
        output_size,
        activation="relu",
        weight_init_std="relu",
        weight_decay_lambda=0,
    ):
        self.sizes = [input_size, *hidden_size_list, output_size]
        self.weight_decay_lambda = weight_decay_lambda
        self.params = {}
        # Put W1, b1, W2, b2, … into self.params: W{i} (sizes[i−1], sizes[i]) as weight_init_std says, b{i} zeros.
        # YOUR CODE HERE
        raise NotImplementedError
        self.layers = {}
        for i in range(1, len(self.sizes)):
            # The layers hold the same arrays as params: a change in place changes both.
            self.layers[f"Affine{i}"] = Affine(self.params[f"W{i}"], self.params[f"b{i}"])
            if i < len(self.sizes) - 1:
                self.layers[f"Activation{i}"] = {"relu": Relu, "sigmoid": Sigmoid}[activation]()
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        """Return the scores (N, output_size) before softmax: x (N, input_size) through every layer in order."""
        # YOUR CODE HERE
        raise NotImplementedError

    def loss(self, x, t):
        """Return the loss of a batch plus ½·λ·Σ w² of every W (no b). t: one-hot rows or labels."""
        # YOUR CODE HERE
        raise NotImplementedError

    def accuracy(self, x, t):
        """Return the share of rows whose largest score is at the right class. t: one-hot rows or labels."""
        # YOUR CODE HERE
        raise NotImplementedError

    def gradient(self, x, t):
        """Return a dict with the keys of `params`: the gradient of `loss` for each, by backpropagation."""
        # YOUR CODE HERE
        raise NotImplementedError


def sgd_step(net, x, t, lr):
    """One step of training: move every array of `net.params` in place by −lr times its gradient. Return nothing."""
    # YOUR CODE HERE
    raise NotImplementedError
