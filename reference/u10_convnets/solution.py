"""Convolutional networks: shapes and counts, a small and a deep net, training on digits, and seeing what they learn."""

import numpy as np
from u06_backprop import Affine, Relu, SoftmaxWithLoss
from u09_cnn import Convolution, MaxPooling, conv_output_size

# A layer is described by a tuple: ("conv", filters, size, stride, pad), ("pool", size, stride) or ("affine", units).
# Filters and windows are square: size × size. An activation changes no shape and has no parameters, so it isn't listed.


def layer_shapes(input_dim, layers):
    """The shape of one image after each layer.

    input_dim: (C, H, W). layers: a list of tuples as described above. Returns a list with one tuple for each layer:
    (filters, OH, OW) after a convolution, (C, OH, OW) after pooling, (units,) after an affine layer.
    """
    shape, shapes = input_dim, []
    for kind, *sizes in layers:
        if kind == "conv":
            filters, size, stride, pad = sizes
            shape = (filters, *(conv_output_size(side, size, stride, pad) for side in shape[1:]))
        elif kind == "pool":
            size, stride = sizes
            shape = (shape[0], *(conv_output_size(side, size, stride) for side in shape[1:]))
        else:
            shape = (sizes[0],)
        shapes.append(shape)
    return shapes


def parameter_counts(input_dim, layers):
    """The number of weights and biases of each layer, as a list of integers.

    input_dim, layers: as in layer_shapes. A pooling layer has 0.
    """
    before, counts = input_dim, []
    for (kind, *sizes), after in zip(layers, layer_shapes(input_dim, layers), strict=True):
        if kind == "conv":
            filters, size = sizes[:2]
            counts.append(filters * (before[0] * size * size + 1))
        elif kind == "pool":
            counts.append(0)
        else:
            counts.append(sizes[0] * (int(np.prod(before)) + 1))
        before = after
    return counts


def LeNet5(input_dim=(1, 32, 32), output_size=10):
    """The seven layers of LeNet-5: (shapes, counts), two lists as layer_shapes and parameter_counts return them.

    The layers are C1, S2, C3, S4, C5, F6 and the output layer, with output_size units. C5 is a convolution, too.
    """
    layers = [
        ("conv", 6, 5, 1, 0),
        ("pool", 2, 2),
        ("conv", 16, 5, 1, 0),
        ("pool", 2, 2),
        ("conv", 120, 5, 1, 0),
        ("affine", 84),
        ("affine", output_size),
    ]
    return layer_shapes(input_dim, layers), parameter_counts(input_dim, layers)


def receptive_field(layers):
    """The side of the square of input pixels that one entry depends on, after each layer: a list of integers.

    layers: "conv" and "pool" tuples as in layer_shapes.
    """
    field, jump, fields = 1, 1, []
    for kind, *sizes in layers:
        size, stride = sizes[1:3] if kind == "conv" else sizes
        field += (size - 1) * jump
        jump *= stride
        fields.append(field)
    return fields


class SimpleConvNet:
    """Convolution → ReLU → 2×2 max pooling → affine → ReLU → affine, then softmax with cross entropy.

    input_dim: (C, H, H), square images. conv_param: a dict with filter_num, filter_size, pad and stride.
    params holds W1, b1 (convolution), W2, b2 (hidden affine layer), W3, b3 (output).
    """

    def __init__(self, input_dim=(1, 28, 28), conv_param=None, hidden_size=100, output_size=10, weight_init_std=0.01):
        """Make params: weights normal with standard deviation weight_init_std, biases 0. The layers share them."""
        conv_param = conv_param or {"filter_num": 30, "filter_size": 5, "pad": 0, "stride": 1}
        filter_num, filter_size = conv_param["filter_num"], conv_param["filter_size"]
        pad, stride = conv_param["pad"], conv_param["stride"]
        ### BEGIN SOLUTION
        conv_size = conv_output_size(input_dim[1], filter_size, stride, pad)
        pool_size = conv_output_size(conv_size, 2, 2)
        shapes = {
            "W1": (filter_num, input_dim[0], filter_size, filter_size),
            "W2": (filter_num * pool_size * pool_size, hidden_size),
            "W3": (hidden_size, output_size),
        }
        biases = {"b1": np.zeros(filter_num), "b2": np.zeros(hidden_size), "b3": np.zeros(output_size)}
        self.params = {name: weight_init_std * np.random.randn(*shape) for name, shape in shapes.items()} | biases
        ### END SOLUTION
        self.layers = {
            "Conv1": Convolution(self.params["W1"], self.params["b1"], stride, pad),
            "Relu1": Relu(),
            "Pool1": MaxPooling(2, 2, 2),
            "Affine1": Affine(self.params["W2"], self.params["b2"]),
            "Relu2": Relu(),
            "Affine2": Affine(self.params["W3"], self.params["b3"]),
        }
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        """Return the scores (N, output_size) of a batch x (N, C, H, H), before softmax."""
        ### BEGIN SOLUTION
        for layer in self.layers.values():
            x = layer.forward(x)
        return x
        ### END SOLUTION

    def loss(self, x, t):
        """Return the loss of a batch. t: labels (N,) or one-hot rows."""
        return self.last_layer.forward(self.predict(x), t)

    def accuracy(self, x, t):
        """Return the share of images whose largest score is at the right class. t: labels (N,)."""
        scores = self.predict(x)
        return np.mean([row.argmax() == label for row, label in zip(scores, t, strict=True)])

    def gradient(self, x, t):
        """Return {"W1", "b1", "W2", "b2", "W3", "b3"}: the gradient of the loss for each parameter."""
        ### BEGIN SOLUTION
        self.loss(x, t)
        dout = self.last_layer.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        conv, hidden, output = (self.layers[name] for name in ("Conv1", "Affine1", "Affine2"))
        return {"W1": conv.dW, "b1": conv.db, "W2": hidden.dW, "b2": hidden.db, "W3": output.dW, "b3": output.db}
        ### END SOLUTION


def train(net, x, t, batches, lr=0.1):
    """Train net by SGD, one update for each mini-batch; return the list of losses, each before its update.

    x: images (N, C, H, W). t: labels (N,). batches: integers (steps, batch size), the images of each step.
    net has loss(x, t), gradient(x, t) and params; the layers share the arrays of params.
    """
    losses = []
    for batch in batches:
        losses.append(net.loss(x[batch], t[batch]))
        grads = net.gradient(x[batch], t[batch])
        for name in grads:
            net.params[name] -= lr * grads[name]
    return losses


CONV_16 = {"filter_num": 16, "filter_size": 3, "pad": 1, "stride": 1}
CONV_32 = {"filter_num": 32, "filter_size": 3, "pad": 1, "stride": 1}
CONV_32_WIDE = {**CONV_32, "pad": 2}
CONV_64 = {"filter_num": 64, "filter_size": 3, "pad": 1, "stride": 1}


class DeepConvNet:
    """A net in the style of VGG: (conv → ReLU → conv → ReLU → 2×2 max pooling) three times, affine → ReLU → affine.

    input_dim: (C, H, H), square images. conv_param_1 … conv_param_6: dicts as in SimpleConvNet.
    params holds W1, b1 … W6, b6 (convolutions), W7, b7 (hidden affine layer), W8, b8 (output).
    """

    def __init__(
        self,
        input_dim=(1, 28, 28),
        conv_param_1=CONV_16,
        conv_param_2=CONV_16,
        conv_param_3=CONV_32,
        conv_param_4=CONV_32_WIDE,
        conv_param_5=CONV_64,
        conv_param_6=CONV_64,
        hidden_size=50,
        output_size=10,
    ):
        """Make params (given: normal weights of variance 2/fan-in) and self.layers, a dict in the order of the pass.

        The names of the layers are Conv1, Relu1, Conv2, Relu2, Pool1, Conv3, … Pool3, Affine1, Relu7, Affine2.
        """
        conv_params = [conv_param_1, conv_param_2, conv_param_3, conv_param_4, conv_param_5, conv_param_6]
        self.params = {}
        channels, side = input_dim[0], input_dim[1]
        for n, conv in enumerate(conv_params, 1):
            self._add_params(n, (conv["filter_num"], channels, conv["filter_size"], conv["filter_size"]))
            channels = conv["filter_num"]
            side = conv_output_size(side, conv["filter_size"], conv["stride"], conv["pad"])
            side = side if n % 2 else side // 2
        self._add_params(7, (channels * side * side, hidden_size))
        self._add_params(8, (hidden_size, output_size))
        ### BEGIN SOLUTION
        p, self.layers = self.params, {}
        for n, conv in enumerate(conv_params, 1):
            self.layers[f"Conv{n}"] = Convolution(p[f"W{n}"], p[f"b{n}"], conv["stride"], conv["pad"])
            self.layers[f"Relu{n}"] = Relu()
            if n % 2 == 0:
                self.layers[f"Pool{n // 2}"] = MaxPooling(2, 2, 2)
        self.layers |= {"Affine1": Affine(p["W7"], p["b7"]), "Relu7": Relu(), "Affine2": Affine(p["W8"], p["b8"])}
        ### END SOLUTION
        self.last_layer = SoftmaxWithLoss()

    def _add_params(self, n, shape):
        """Weights of this shape and as many biases as there are filters or units."""
        fan_in = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        self.params[f"W{n}"] = np.random.randn(*shape) * np.sqrt(2 / fan_in)
        self.params[f"b{n}"] = np.zeros(shape[0] if len(shape) == 4 else shape[1])

    def predict(self, x):
        """Return the scores (N, output_size) of a batch x (N, C, H, H), before softmax."""
        ### BEGIN SOLUTION
        for layer in self.layers.values():
            x = layer.forward(x)
        return x
        ### END SOLUTION

    def loss(self, x, t):
        """Return the loss of a batch. t: labels (N,) or one-hot rows."""
        return self.last_layer.forward(self.predict(x), t)

    def gradient(self, x, t):
        """Return {"W1", "b1", … "W8", "b8"}: the gradient of the loss for each parameter."""
        ### BEGIN SOLUTION
        self.loss(x, t)
        dout = self.last_layer.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        grads, names = {}, [*(f"Conv{n}" for n in range(1, 7)), "Affine1", "Affine2"]
        for n, name in enumerate(names, 1):
            grads[f"W{n}"], grads[f"b{n}"] = self.layers[name].dW, self.layers[name].db
        return grads
        ### END SOLUTION


def feature_maps(net, x):
    """What the layers of a net make of a batch: {layer name: output (N, C, OH, OW)} for every output that is 4-D.

    net.layers is a dict of layers in the order of the pass; x: (N, C, H, W).
    """
    maps = {}
    for name, layer in net.layers.items():
        x = layer.forward(x)
        if x.ndim == 4:
            maps[name] = x
    return maps


def filter_gradient(net, x, name, index):
    """How strongly one filter answers, and how the images would have to change for a stronger answer.

    x: (N, C, H, W). The answer of an image is the mean over all positions of channel `index` in the output of layer
    `name` (a layer with 4-D output). Returns (values (N,), dx): dx, of the shape of x, holds for each image the
    gradient of its own answer.
    """
    passed = []
    for key, layer in net.layers.items():
        x = layer.forward(x)
        passed.append(layer)
        if key == name:
            break
    dout = np.zeros_like(x)
    dout[:, index] = 1 / x[0, index].size
    for layer in reversed(passed):
        dout = layer.backward(dout)
    return x[:, index].mean(axis=(1, 2)), dout


def filter_maximisation(net, x, name, index, steps=20, lr=0.1):
    """Change the images x step by step so that one filter answers more strongly (gradient ascent on the input).

    Each step adds lr·dx/(r + 1e-5) to an image, where dx is its gradient from filter_gradient and r the root of the
    mean of dx² over this image. Returns (images, values): the images after the last step, and the answers before each
    step, (steps, N). Leave x unchanged.
    """
    images, history = x, []
    for _ in range(steps):
        values, dx = filter_gradient(net, images, name, index)
        r = np.sqrt(np.mean(dx**2, axis=(1, 2, 3), keepdims=True))
        images = images + lr * dx / (r + 1e-5)
        history.append(values)
    return images, np.array(history)


def grad_cam(net, x, labels, name="Relu1"):
    """Where an image speaks for a class (Grad-CAM): heat maps (N, OH, OW), never negative.

    labels: (N,), the class asked about for each image. name: the layer whose output A (N, K, OH, OW) is looked at. Take
    the gradient of the class's score (before softmax) for A, its mean over the positions of each channel as the
    channel's weight, the weighted sum of the channels, and of that what is above 0.
    """
    maps = feature_maps(net, x)[name]
    scores = net.predict(x)
    dout = np.zeros_like(scores)
    dout[np.arange(len(x)), labels] = 1
    for key in reversed(net.layers):
        if key == name:
            break
        dout = net.layers[key].backward(dout)
    weights = dout.mean(axis=(2, 3))
    heat = np.sum(weights[:, :, None, None] * maps, axis=1)
    return np.maximum(heat, 0)
