"""Layers that carry a gradient back: the solution of u06_backprop."""

import numpy as np


class MulLayer:
    """z = x·y, a multiplication node (S1)."""

    def forward(self, x, y):
        """Return x·y and keep what ``backward`` will need. x, y: numbers or arrays of one shape."""
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        """Return (dx, dy) for dout = ∂L/∂z; each has the shape of its input."""
        return dout * self.y, dout * self.x


class AddLayer:
    """z = x + y, an addition node (S1)."""

    def forward(self, x, y):
        """Return x + y. x, y: numbers or arrays of one shape."""
        return x + y

    def backward(self, dout):
        """Return (dx, dy) for dout = ∂L/∂z."""
        return dout, dout


class Relu:
    """y = max(0, x), element by element (S1)."""

    def forward(self, x):
        """Return y of the shape of x; remember where x was positive."""
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y. Where x was exactly 0, any slope from 0 to 1 is right."""
        return np.where(self.mask, dout, 0)


class Sigmoid:
    """y = 1 / (1 + e^(−x)), element by element (S0, S1)."""

    def forward(self, x):
        """Return y of the shape of x; finite and right at x = ±1000, too."""
        self.out = 0.5 * (1 + np.tanh(0.5 * x))
        return self.out

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y, from the remembered output."""
        return dout * self.out * (1 - self.out)


class Tanh:
    """y = tanh(x), element by element (S0, S1)."""

    def forward(self, x):
        """Return y of the shape of x; finite and right at x = ±1000, too."""
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        """Return ∂L/∂x for dout = ∂L/∂y, from the remembered output."""
        return dout * (1 - self.out**2)


class Affine:
    """y = xW + b, with W (D, M) and b (M,) (S1)."""

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None

    def forward(self, x):
        """Return y (N, M). x: (N, D), or (N, C, H, W), of which each of the N images is one row of C·H·W numbers."""
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return self.x @ self.W + self.b

    def backward(self, dout):
        """Set ``dW`` (D, M) and ``db`` (M,); return ∂L/∂x in the shape that x had. dout: (N, M)."""
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return (dout @ self.W.T).reshape(self.shape)


class SoftmaxWithLoss:
    """Softmax over each row, then cross entropy, averaged over the batch (S0, S1)."""

    def forward(self, x, t):
        """Return the loss, one number. x: scores (N, M). t: one-hot rows (N, M) or class labels (N,)."""
        shifted = x - x.max(axis=1, keepdims=True)
        exps = np.exp(shifted)
        total = exps.sum(axis=1, keepdims=True)
        self.y = exps / total
        self.t = np.eye(x.shape[1], dtype=x.dtype)[t] if t.ndim == 1 else t
        return -np.sum(self.t * (shifted - np.log(total))) / len(x)

    def backward(self, dout=1):
        """Return ∂L/∂x (N, M)."""
        return dout * (self.y - self.t) / len(self.t)


class SigmoidWithLoss:
    """Sigmoid, then binary cross entropy, averaged over the batch."""

    def forward(self, x, t):
        """Return the loss, one number. x: scores (N,). t: 0 or 1, (N,)."""
        self.t = t
        self.y = 0.5 * (1 + np.tanh(0.5 * x))
        return np.mean(np.logaddexp(0, x) - t * x)

    def backward(self, dout=1):
        """Return ∂L/∂x (N,)."""
        return dout * (self.y - self.t) / len(self.t)


class MeanSquaredError:
    """The mean of (y − t)² over every entry (S0's definition; no ½)."""

    def forward(self, y, t):
        """Return the loss, one number. y, t: arrays of one shape, (N,) or (N, M)."""
        self.error = y - t
        return 0.5 * np.sum(self.error**2)

    def backward(self, dout=1):
        """Return ∂L/∂y, of the shape of y."""
        return dout * self.error


def mlp_deltas(x, t, w_hidden, w_output, alpha):
    """One example through a sigmoid network with one hidden layer, and the changes of its weights (S0).

    x: (d,). t: (m,). w_hidden: (p, 1 + d), row j is w_j0, w_j1, … w_jd. w_output: (m, 1 + p), row k is w_k0, w_k1, …
    w_kp. Column 0 multiplies the constant input 1. E = ½ Σ_k (t_k − o_k)², and Δw = −α ∂E/∂w.
    Return (o, delta_output, delta_hidden): the outputs (m,) and Δw in the shapes of w_output and w_hidden,
    both taken at the weights given. Change no input.
    """
    x = np.append(1.0, x)
    h = 1 / (1 + np.exp(-(w_hidden @ x)))
    h1 = np.append(1.0, h)
    o = 1 / (1 + np.exp(-(w_output @ h1)))
    delta_k = (t - o) * o * (1 - o)
    delta_j = (delta_k @ w_output[:, 1:]) * h * (1 - h)
    return o, alpha * np.outer(delta_k, h1), alpha * np.outer(delta_j, x)


class TwoLayerNet:
    """Affine → ReLU → Affine → softmax with cross entropy, as layers in order (S1)."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {
            "W1": weight_init_std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        # The layers hold the very arrays of params: a change in place is seen by both.
        self.layers = {
            "Affine1": Affine(self.params["W1"], self.params["b1"]),
            "Relu1": Relu(),
            "Affine2": Affine(self.params["W2"], self.params["b2"]),
        }
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        """Return the scores (N, M) before softmax: x (N, D) through every layer in order."""
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        """Return the loss of a batch. t: one-hot (N, M) or labels (N,)."""
        return self.last_layer.forward(self.predict(x), t)

    def accuracy(self, x, t):
        """Return the share of rows whose largest score is at the right class. t: one-hot (N, M) or labels (N,)."""
        answers = t.argmax(axis=1) if t.ndim == 2 else t
        return np.mean(self.predict(x).argmax(axis=1) == answers)

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
        """Return {"W1", "b1", "W2", "b2"}: the gradient of the loss by each parameter, by back-propagation."""
        self.loss(x, t)
        dout = self.last_layer.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        first, second = self.layers["Affine1"], self.layers["Affine2"]
        return {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}
