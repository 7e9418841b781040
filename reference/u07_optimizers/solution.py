"""Optimizers, a decaying learning rate and the training loop, in NumPy."""

import numpy as np


def names(params):
    """The keys of a dict of arrays (book 1) or the positions of a list (book 2): `params[k]` works for both."""
    return params.keys() if isinstance(params, dict) else range(len(params))


class SGD:
    """Stochastic gradient descent (S0, S1, S2): W ← W − η ∂L/∂W."""

    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        """One step: change every array of `params` in place with its gradient in `grads`; returns nothing."""
        ### BEGIN SOLUTION
        for k in names(params):
            params[k] -= self.lr * grads[k]
        ### END SOLUTION


def minibatch_descent(w, x, t, lr, batches):
    """Gradient descent on a linear model, one update per batch (S2): the path of the weights.

    w: (D,), the weights at the start. x: (N, D). t: (N,). The model is ŷ = x·w, and the loss of a batch is the mean
    of (ŷ − t)² over its rows. batches: a list of integer arrays, the row numbers of each batch, in order.
    Returns (len(batches) + 1, D): w at the start and after each update. Change no input.
    """
    path = [w]
    for rows in batches:
        error = x[rows] @ path[-1] - t[rows]
        path.append(path[-1] - lr * 2 * error @ x[rows] / len(rows))
    return np.array(path)


class Momentum:
    """SGD with momentum (S1): a velocity per parameter, 0 before the first step."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.v = None  # becomes one array per parameter in the first update

    def update(self, params, grads):
        """One step in place: new velocity first, then move by it."""
        ### BEGIN SOLUTION
        if self.v is None:
            self.v = {k: np.zeros_like(params[k]) for k in names(params)}
        for k in names(params):
            self.v[k] = self.momentum * self.v[k] - self.lr * grads[k]
            params[k] += self.v[k]
        ### END SOLUTION


class Nesterov:
    """Nesterov's accelerated gradient (S1): `params` hold the look-ahead point (Bengio et al., arXiv:1212.0901)."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.v = None

    def update(self, params, grads):
        """One step in place: move with the velocity of the previous step, then update the velocity."""
        ### BEGIN SOLUTION
        if self.v is None:
            self.v = {k: np.zeros_like(params[k]) for k in names(params)}
        for k in names(params):
            params[k] += self.momentum**2 * self.v[k] - (1 + self.momentum) * self.lr * grads[k]
            self.v[k] = self.momentum * self.v[k] - self.lr * grads[k]
        ### END SOLUTION


class AdaGrad:
    """AdaGrad (S1; Duchi et al. 2011): each entry has its own step size. ε = 1e-7, outside the root."""

    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None

    def update(self, params, grads):
        """One step in place: collect the squared gradients in h, then step."""
        ### BEGIN SOLUTION
        if self.h is None:
            self.h = {k: np.zeros_like(params[k]) for k in names(params)}
        for k in names(params):
            self.h[k] += grads[k] ** 2
            params[k] -= self.lr * grads[k] / (np.sqrt(self.h[k]) + 1e-7)
        ### END SOLUTION


class RMSprop:
    """RMSprop (S0, S1; Hinton 2012): AdaGrad with a moving average. ε = 1e-7, outside the root."""

    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate = lr, decay_rate
        self.h = None

    def update(self, params, grads):
        """One step in place: `decay_rate` is the weight of the old average."""
        ### BEGIN SOLUTION
        if self.h is None:
            self.h = {k: np.zeros_like(params[k]) for k in names(params)}
        for k in names(params):
            self.h[k] = self.decay_rate * self.h[k] + (1 - self.decay_rate) * grads[k] ** 2
            params[k] -= self.lr * grads[k] / (np.sqrt(self.h[k]) + 1e-7)
        ### END SOLUTION


class AdaDelta:
    """AdaDelta (S2; Zeiler 2012, arXiv:1212.5701): no learning rate. ε = 1e-6, inside both roots."""

    def __init__(self, decay_rate=0.95):
        self.decay_rate = decay_rate
        self.h = None  # average of squared gradients
        self.s = None  # average of squared steps

    def update(self, params, grads):
        """One step in place; the new step is added to s after it was computed."""
        ### BEGIN SOLUTION
        if self.h is None:
            self.h = {k: np.zeros_like(params[k]) for k in names(params)}
            self.s = {k: np.zeros_like(params[k]) for k in names(params)}
        for k in names(params):
            self.h[k] = self.decay_rate * self.h[k] + (1 - self.decay_rate) * grads[k] ** 2
            step = np.sqrt(self.s[k] + 1e-6) / np.sqrt(self.h[k] + 1e-6) * grads[k]
            self.s[k] = self.decay_rate * self.s[k] + (1 - self.decay_rate) * step**2
            params[k] -= step
        ### END SOLUTION


class Adam:
    """Adam (S0, S1; Kingma & Ba 2014, arXiv:1412.6980) in the books' form: ε = 1e-7, added to the uncorrected √v."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter = 0  # steps taken
        self.m = None
        self.v = None

    def update(self, params, grads):
        """One step in place; the bias correction of both averages is in the step size η_t."""
        ### BEGIN SOLUTION
        if self.m is None:
            self.m = {k: np.zeros_like(params[k]) for k in names(params)}
            self.v = {k: np.zeros_like(params[k]) for k in names(params)}
        self.iter += 1
        lr_t = self.lr * np.sqrt(1 - self.beta2**self.iter) / (1 - self.beta1**self.iter)
        for k in names(params):
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * grads[k] ** 2
            params[k] -= lr_t * self.m[k] / (np.sqrt(self.v[k]) + 1e-7)
        ### END SOLUTION


def lr_decay(lr, decay, step):
    """The learning rate after `step` steps (0, 1, 2 …; a number or an array) of inverse-time decay from `lr`."""
    return lr / (1 + decay * step)


def spiral(noise):
    """The spiral data (S3): three arms, or as many as `noise` (C, N) has rows; N points per arm.

    Returns x (C·N, 2) and one-hot t (C·N, C), arm by arm, each arm from the centre outwards.
    `noise` holds standard normal numbers, so that the same noise always gives the same points.
    """
    arms, points = noise.shape
    rate = np.arange(points) / points
    theta = 4 * np.arange(arms)[:, None] + 4 * rate + 0.2 * noise
    x = np.stack([rate * np.sin(theta), rate * np.cos(theta)], axis=-1).reshape(-1, 2)
    return x, np.repeat(np.eye(arms), points, axis=0)


class TwoLayerNet:
    """Affine, sigmoid, affine, softmax with cross entropy (S3): `params` and `grads` are lists W1, b1, W2, b2."""

    def __init__(self, input_size, hidden_size, output_size):
        W1 = 0.01 * np.random.randn(input_size, hidden_size)
        W2 = 0.01 * np.random.randn(hidden_size, output_size)
        self.params = [W1, np.zeros(hidden_size), W2, np.zeros(output_size)]
        self.grads = [np.zeros_like(param) for param in self.params]

    def predict(self, x):
        """Scores (N, output_size), before softmax, of x (N, input_size)."""
        ### BEGIN SOLUTION
        W1, b1, W2, b2 = self.params
        self.x, self.h = x, 1 / (1 + np.exp(-(x @ W1 + b1)))
        return self.h @ W2 + b2
        ### END SOLUTION

    def forward(self, x, t):
        """The loss, a number: cross entropy of softmax(scores) with one-hot t (N, output_size), mean over the rows."""
        ### BEGIN SOLUTION
        score = self.predict(x)
        score = score - score.max(axis=1, keepdims=True)
        log_y = score - np.log(np.exp(score).sum(axis=1, keepdims=True))
        self.y, self.t = np.exp(log_y), t
        return -np.sum(t * log_y) / len(x)
        ### END SOLUTION

    def backward(self, dout=1):
        """Write the gradients of the loss (times dout) into the arrays of `grads`, replacing what was there."""
        ### BEGIN SOLUTION
        dscore = dout * (self.y - self.t) / len(self.t)
        dz = dscore @ self.params[2].T * self.h * (1 - self.h)
        values = self.x.T @ dz, dz.sum(axis=0), self.h.T @ dscore, dscore.sum(axis=0)
        for grad, value in zip(self.grads, values, strict=True):
            grad[...] = value
        ### END SOLUTION


def train_step(model, optimizer, x, t, batch):
    """Steps 3 to 5 of the loop (S1): take the rows `batch` of x and t, compute gradients, update once.

    `batch` is an integer array of row numbers; the model has forward(x, t), backward(), params and grads.
    Returns the loss of this mini-batch as it was before the update.
    """
    loss = model.forward(x[batch], t[batch])
    model.backward()
    optimizer.update(model.params, model.grads)
    return loss


def fit(model, optimizer, x, t, orders, batch_size):
    """Step 6 (S1, S3): repeat train_step; returns the mean mini-batch loss of every epoch, a list.

    `orders` (epochs, N) gives the order of the rows of x in each epoch. An epoch takes consecutive mini-batches of
    `batch_size` rows in that order; rows left over at its end are not used in it.
    """
    losses = []
    for order in orders:
        starts = range(0, len(order) - batch_size + 1, batch_size)
        epoch = [train_step(model, optimizer, x, t, order[i : i + batch_size]) for i in starts]
        losses.append(np.mean(epoch))
    return losses


class Trainer:
    """The loop as an object: a model, an optimizer and the losses so far (the form of the second book)."""

    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
        self.loss_list = []

    def fit(self, x, t, max_epoch=10, batch_size=32):
        """Train for max_epoch epochs on x (N, …) and t (N, …), and append each epoch's mean loss to `loss_list`.

        Every epoch draws a new random order of the rows, the same for x and t, and calls `train_step` on
        consecutive mini-batches of batch_size rows; rows left over at its end are not used in it.
        """
        ### BEGIN SOLUTION
        orders = [np.random.permutation(len(x)) for _ in range(max_epoch)]
        self.loss_list += fit(self.model, self.optimizer, x, t, orders, batch_size)
        ### END SOLUTION
