"""What makes deep networks learn, and learn the right thing: the solution of u08_training."""

import numpy as np
from u06_backprop import Affine, Relu, Sigmoid, SoftmaxWithLoss


def xavier_init(n_in, n_out):
    """Random weights (n_in, n_out), normal around 0, so that a linear layer keeps the variance of its input.

    Graded: the standard deviation that depends on n_in alone. The one with n_in + n_out is accepted, and so is a
    uniform distribution of the same standard deviation. (S1; Glorot & Bengio 2010)
    """
    return np.random.randn(n_in, n_out) / np.sqrt(n_in)


def he_init(n_in, n_out):
    """Random weights (n_in, n_out), normal around 0, so that a layer with ReLU keeps the size of its input.

    Graded: the standard deviation that depends on n_in. (S1; He et al. 2015, arXiv:1502.01852)
    """
    return np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)


def activation_stds(x, weights, activation):
    """How wide the activations of each layer spread (S1).

    x (N, D) goes through the layers without bias: a matrix of `weights`, then the function `activation`, and so on.
    Return an array with one standard deviation for each layer, over all numbers that come out of its activation.
    """
    stds = []
    for W in weights:
        x = activation(x @ W)
        stds.append(x.std())
    return np.array(stds)


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
        ### BEGIN SOLUTION
        rows = x.reshape(len(x), -1)
        mean, var = self.running_mean, self.running_var
        if train_flg:
            mean, var = rows.mean(axis=0), rows.var(axis=0)
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        self.std = np.sqrt(var + 1e-6)
        self.xn = (rows - mean) / self.std
        return (self.gamma * self.xn + self.beta).reshape(x.shape)
        ### END SOLUTION

    def backward(self, dout):
        """Set `dgamma` and `dbeta` (D,); return ∂L/∂x in the shape of x. dout: ∂L/∂y of the last training batch."""
        ### BEGIN SOLUTION
        rows = dout.reshape(len(dout), -1)
        self.dbeta = rows.sum(axis=0)
        self.dgamma = np.sum(rows * self.xn, axis=0)
        dxn = rows * self.gamma
        through_mean, through_var = dxn.mean(axis=0), self.xn * np.mean(dxn * self.xn, axis=0)
        return ((dxn - through_mean - through_var) / self.std).reshape(dout.shape)
        ### END SOLUTION


class Dropout:
    """Dropout as in the first book (S0, S1; Srivastava et al. 2014): training drops, testing scales."""

    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio, self.mask = dropout_ratio, None

    def forward(self, x, train_flg=True):
        """Training: x, each number set to 0 with probability `dropout_ratio`. Otherwise: x times the share kept.

        The inverted form (the kept ones enlarged in training, x unchanged otherwise) is accepted too.
        """
        ### BEGIN SOLUTION
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        return x * (1 - self.dropout_ratio)
        ### END SOLUTION

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y of the last forward in training."""
        ### BEGIN SOLUTION
        return dout * self.mask
        ### END SOLUTION


def weight_decay(weights, lam, norm="l2"):
    """The penalty on a list of weight matrices, and its gradients (S1).

    norm "l2": ½·λ·Σ w² over all numbers of all matrices; "l1": λ·Σ |w|. Return (penalty, list of gradients): a number,
    and for each matrix the gradient of the penalty, in its shape. (No w is exactly 0.)
    """
    if norm == "l1":
        return lam * sum(np.abs(W).sum() for W in weights), [lam * np.sign(W) for W in weights]
    return 0.5 * lam * sum(np.sum(W**2) for W in weights), [lam * W for W in weights]


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
        ### BEGIN SOLUTION
        self.epoch += 1
        value = logs[self.monitor]
        sign = 1 if self.mode == "max" else -1
        if self.best is None or sign * (value - self.best) > self.min_delta:
            self.best, self.best_epoch, self.wait = value, self.epoch, 0
        else:
            self.wait += 1
        return self.wait >= self.patience
        ### END SOLUTION


def clip_grads(grads, max_norm):
    """Shorten all gradients of a list together, in place (S0).

    The norm is that of all numbers of all arrays. Where max_norm / (norm + 1e-6) is below 1, multiply every array by
    it; otherwise leave them as they are. Return nothing.
    """
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    rate = max_norm / (norm + 1e-6)
    if rate < 1:
        for grad in grads:
            grad *= rate


class Residual:
    """y = x + f(x), a residual connection around a layer f (S0; He et al. 2015, arXiv:1512.03385)."""

    def __init__(self, f):
        self.f = f

    def forward(self, x):
        """Return x + f(x). `self.f.forward(x)` has the shape of x."""
        return x + self.f.forward(x)

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y; `self.f.backward` returns the part that goes through f."""
        return dout + self.f.backward(dout)


def ensemble_average(outputs):
    """Several networks answer together (S1).

    outputs (K, N, C): for each of K networks the probabilities of C classes for N rows. Return their mean over the
    networks (N, C), and for each row the class with the largest mean (N,).
    """
    mean = np.mean(outputs, axis=0)
    return mean, mean.argmax(axis=1)


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
        ### BEGIN SOLUTION
        inits = {"relu": he_init, "he": he_init, "sigmoid": xavier_init, "xavier": xavier_init}
        for i in range(1, len(self.sizes)):
            n_in, n_out = self.sizes[i - 1], self.sizes[i]
            if weight_init_std in inits:
                self.params[f"W{i}"] = inits[weight_init_std](n_in, n_out)
            else:
                self.params[f"W{i}"] = weight_init_std * np.random.randn(n_in, n_out)
            self.params[f"b{i}"] = np.zeros(n_out)
        ### END SOLUTION
        self.layers = {}
        for i in range(1, len(self.sizes)):
            # The layers hold the same arrays as params: a change in place changes both.
            self.layers[f"Affine{i}"] = Affine(self.params[f"W{i}"], self.params[f"b{i}"])
            if i < len(self.sizes) - 1:
                self.layers[f"Activation{i}"] = {"relu": Relu, "sigmoid": Sigmoid}[activation]()
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        """Return the scores (N, output_size) before softmax: x (N, input_size) through every layer in order."""
        ### BEGIN SOLUTION
        for layer in self.layers.values():
            x = layer.forward(x)
        return x
        ### END SOLUTION

    def loss(self, x, t):
        """Return the loss of a batch plus ½·λ·Σ w² of every W (no b). t: one-hot rows or labels."""
        ### BEGIN SOLUTION
        weights = [self.params[f"W{i}"] for i in range(1, len(self.sizes))]
        penalty, _ = weight_decay(weights, self.weight_decay_lambda)
        scores = self.predict(x)
        return self.last_layer.forward(scores, t) + penalty
        ### END SOLUTION

    def accuracy(self, x, t):
        """Return the share of rows whose largest score is at the right class. t: one-hot rows or labels."""
        ### BEGIN SOLUTION
        if t.ndim == 2:
            t = t.argmax(axis=1)
        chosen = self.predict(x).argmax(axis=1)
        return np.mean(chosen == t)
        ### END SOLUTION

    def gradient(self, x, t):
        """Return a dict with the keys of `params`: the gradient of `loss` for each, by backpropagation."""
        ### BEGIN SOLUTION
        self.loss(x, t)
        dout = self.last_layer.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        grads = {}
        for i in range(1, len(self.sizes)):
            affine = self.layers[f"Affine{i}"]
            grads[f"W{i}"] = affine.dW + self.weight_decay_lambda * affine.W
            grads[f"b{i}"] = affine.db
        return grads
        ### END SOLUTION


def sgd_step(net, x, t, lr):
    """One step of training: move every array of `net.params` in place by −lr times its gradient. Return nothing."""
    grads = net.gradient(x, t)
    for name in net.params:
        net.params[name] -= lr * grads[name]
