"""u06_backprop: Backpropagation / 오차역전파법.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u06_backprop.py
"""

import numpy as np


class MulLayer:
    """z = x·y, a multiplication node (S1)."""

    def forward(self, x, y):
        """Return x·y and keep what ``backward`` will need. x, y: numbers or arrays of the same shape."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return (dx, dy) for dout = ∂L/∂z; each has the shape of its input."""
        # YOUR CODE HERE
        raise NotImplementedError


class AddLayer:
    """z = x + y, an addition node (S1)."""

    def forward(self, x, y):
        """Return x + y. x, y: numbers or arrays of the same shape."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return (dx, dy) for dout = ∂L/∂z."""
        # YOUR CODE HERE
        raise NotImplementedError


class ExpLayer:
    """y = e^x, an exponential node, element by element (S1)."""

    def forward(self, x):
        """Return y of the shape of x, and keep what ``backward`` will need. x: a number or an array."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y."""
        # YOUR CODE HERE
        raise NotImplementedError


class ReciprocalLayer:
    """y = 1/x, a node for division, element by element (S1)."""

    def forward(self, x):
        """Return y of the shape of x, and keep what ``backward`` will need. x: a number or an array without 0."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y."""
        # YOUR CODE HERE
        raise NotImplementedError


def chain_rule(x, t, w1, w2):
    """Two weights in a row, x → z = σ(w1·x) → ŷ = w2·z, and the gradients of J by the chain rule (S2).

    x, t: (N,). w1, w2: numbers. J is the mean of (ŷ − t)² over the N examples.
    Return (J, dw2, dw1): three numbers, the last two ∂J/∂w2 and ∂J/∂w1.
    """
    # YOUR CODE HERE
    raise NotImplementedError


class Relu:
    """y = max(0, x), element by element (S1)."""

    def forward(self, x):
        """Return y of the shape of x; remember where x was positive."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y. Where x was exactly 0, any slope from 0 to 1 is right."""
        # YOUR CODE HERE
        raise NotImplementedError


class Sigmoid:
    """y = 1 / (1 + e^(−x)), element by element (S0, S1)."""

    def forward(self, x):
        """Return y of the shape of x; finite and right also at x = ±1000."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y, from the remembered output."""
        # YOUR CODE HERE
        raise NotImplementedError


class Tanh:
    """y = tanh(x), element by element (S0, S1)."""

    def forward(self, x):
        """Return y of the shape of x; finite and right also at x = ±1000."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y, from the remembered output."""
        # YOUR CODE HERE
        raise NotImplementedError


class Affine:
    """y = xW + b, with W (D, M) and b (M,) (S1)."""

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None

    def forward(self, x):
        """Return y (N, M). x: (N, D), or (N, C, H, W); each of the N images becomes one row of C·H·W numbers."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """Set ``dW`` (D, M) and ``db`` (M,); return ∂L/∂x in the shape that x had. dout: (N, M)."""
        # YOUR CODE HERE
        raise NotImplementedError


class SoftmaxWithLoss:
    """Softmax over each row, then cross entropy, averaged over the batch (S0, S1)."""

    def forward(self, x, t):
        """Return the loss, one number. x: scores (N, M). t: one-hot rows (N, M) or class labels (N,)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout=1):
        """Return ∂L/∂x (N, M)."""
        # YOUR CODE HERE
        raise NotImplementedError


class SigmoidWithLoss:
    """Sigmoid, then binary cross entropy, averaged over the batch."""

    def forward(self, x, t):
        """Return the loss, one number. x: scores (N,). t: 0 or 1, (N,)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout=1):
        """Return ∂L/∂x (N,)."""
        # YOUR CODE HERE
        raise NotImplementedError


class MeanSquaredError:
    """The mean of (y − t)² over every entry (S0's definition; no ½)."""

    def forward(self, y, t):
        """Return the loss, one number. y, t: arrays of the same shape, (N,) or (N, M)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout=1):
        """Return ∂L/∂y, of the shape of y."""
        # YOUR CODE HERE
        raise NotImplementedError


def mlp_deltas(x, t, w_hidden, w_output, alpha):
    """One example through a sigmoid network with one hidden layer, and the changes of its weights (S0).

    x: (d,). t: (m,). w_hidden: (p, 1 + d), row j is w_j0, w_j1, … w_jd. w_output: (m, 1 + p), row k is w_k0, w_k1, …
    w_kp. Column 0 multiplies the constant input 1. E = ½ Σ_k (t_k − o_k)², and Δw = −α ∂E/∂w.
    Return (o, delta_output, delta_hidden): the outputs (m,) and Δw in the shapes of w_output and w_hidden,
    both computed at the given weights. Change no input.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def mlp_train(x, t, w_hidden, w_output, alpha, epochs):
    """Error backpropagation as a loop: the weights change after each example (S0, steps 2 to 6).

    x: (N, d). t: (N, m). w_hidden: (p, 1 + d) and w_output: (m, 1 + p), as in ``mlp_deltas``. In each of the epochs all
    examples come once, in their order; after each one, both weight arrays are changed by the Δw of ``mlp_deltas``.
    Return (w_hidden, w_output, errors): new arrays, and the sum of E over the examples of each epoch, (epochs,), every
    E computed before the weights change for its example. Change no input.
    """
    # YOUR CODE HERE
    raise NotImplementedError


class TwoLayerNet:
    """Affine → ReLU → Affine → softmax with cross entropy, as layers in order (S1)."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {
            "W1": weight_init_std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        # The layers hold the same arrays as params: a change in place changes both.
        self.layers = {
            "Affine1": Affine(self.params["W1"], self.params["b1"]),
            "Relu1": Relu(),
            "Affine2": Affine(self.params["W2"], self.params["b2"]),
        }
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        """Return the scores (N, M) before softmax: x (N, D) through every layer in order."""
        # YOUR CODE HERE
        raise NotImplementedError

    def loss(self, x, t):
        """Return the loss of a batch. t: one-hot (N, M) or labels (N,)."""
        return self.last_layer.forward(self.predict(x), t)

    def accuracy(self, x, t):
        """Return the share of rows whose largest score is at the right class. t: one-hot (N, M) or labels (N,)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def numerical_gradient(self, x, t, h=1e-4):
        """Return what ``gradient`` returns, slowly: two losses per weight. Good for checking it."""
        grads = {}
        for name, param in self.params.items():
            grads[name] = np.zeros_like(param)
            for place in np.ndindex(param.shape):
                kept, losses = param[place], []
                for step in (h, -h):
                    param[place] = kept + step
                    losses.append(self.loss(x, t))
                param[place] = kept
                grads[name][place] = (losses[0] - losses[1]) / (2 * h)
        return grads

    def gradient(self, x, t):
        """Return {"W1", "b1", "W2", "b2"}: the gradient of the loss for each parameter, by backpropagation."""
        # YOUR CODE HERE
        raise NotImplementedError
