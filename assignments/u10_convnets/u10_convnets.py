"""u10_convnets: Convolutional networks: training and visualization / 합성곱 신경망의 학습과 시각화.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u10_convnets.py
"""

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
    # YOUR CODE HERE
    raise NotImplementedError


def parameter_counts(input_dim, layers):
    """The number of weights and biases of each layer, as a list of integers.

    input_dim, layers: as in layer_shapes. A pooling layer has 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def LeNet5(input_dim=(1, 32, 32), output_size=10):
    """The seven layers of LeNet-5: (shapes, counts), two lists as layer_shapes and parameter_counts return them.

    The layers are C1, S2, C3, S4, C5, F6 and the output layer, with output_size units. C5 is a convolution, too.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def receptive_field(layers):
    """The side of the square of input pixels that one entry depends on, after each layer: a list of integers.

    layers: "conv" and "pool" tuples as in layer_shapes.
    """
    # YOUR CODE HERE
    raise NotImplementedError


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
        # YOUR CODE HERE
        raise NotImplementedError
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
        # YOUR CODE HERE
        raise NotImplementedError

    def loss(self, x, t):
        """Return the loss of a batch. t: labels (N,) or one-hot rows."""
        return self.last_layer.forward(self.predict(x), t)

    def accuracy(self, x, t):
        """Return the share of images whose largest score is at the right class. t: labels (N,)."""
        scores = self.predict(x)
        return np.mean([row.argmax() == label for row, label in zip(scores, t, strict=True)])

    def gradient(self, x, t):
        """Return {"W1", "b1", "W2", "b2", "W3", "b3"}: the gradient of the loss for each parameter."""
        # YOUR CODE HERE
        raise NotImplementedError


def train(net, x, t, batches, lr=0.1):
    """Train net by SGD, one update for each mini-batch; return the list of losses, each before its update.

    x: images (N, C, H, W). t: labels (N,). batches: integers (steps, batch size), the images of each step.
    net has loss(x, t), gradient(x, t) and params; the layers share the arrays of params.
    """
    # YOUR CODE HERE
    raise NotImplementedError


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
        # YOUR CODE HERE
        raise NotImplementedError
        self.last_layer = SoftmaxWithLoss()

    def _add_params(self, n, shape):
        """Weights of this shape and as many biases as there are filters or units."""
        fan_in = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        self.params[f"W{n}"] = np.random.randn(*shape) * np.sqrt(2 / fan_in)
        self.params[f"b{n}"] = np.zeros(shape[0] if len(shape) == 4 else shape[1])

    def predict(self, x):
        """Return the scores (N, output_size) of a batch x (N, C, H, H), before softmax."""
        # YOUR CODE HERE
        raise NotImplementedError

    def loss(self, x, t):
        """Return the loss of a batch. t: labels (N,) or one-hot rows."""
        return self.last_layer.forward(self.predict(x), t)

    def gradient(self, x, t):
        """Return {"W1", "b1", … "W8", "b8"}: the gradient of the loss for each parameter."""
        # YOUR CODE HERE
        raise NotImplementedError


def feature_maps(net, x):
    """What the layers of a net make of a batch: {layer name: output (N, C, OH, OW)} for every output that is 4-D.

    net.layers is a dict of layers in the order of the pass; x: (N, C, H, W).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def filter_gradient(net, x, name, index):
    """How strongly one filter answers, and how the images would have to change for a stronger answer.

    x: (N, C, H, W). The answer of an image is the mean over all positions of channel `index` in the output of layer
    `name` (a layer with 4-D output). Returns (values (N,), dx): dx, of the shape of x, holds for each image the
    gradient of its own answer.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def filter_maximisation(net, x, name, index, steps=20, lr=0.1):
    """Change the images x step by step so that one filter answers more strongly (gradient ascent on the input).

    Each step adds lr·dx/(r + 1e-5) to an image, where dx is its gradient from filter_gradient and r the root of the
    mean of dx² over this image. Returns (images, values): the images after the last step, and the answers before each
    step, (steps, N). Leave x unchanged.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def grad_cam(net, x, labels, name="Relu1"):
    """Where an image speaks for a class (Grad-CAM): heat maps (N, OH, OW), never negative.

    labels: (N,), the class asked about for each image. name: the layer whose output A (N, K, OH, OW) is looked at. Take
    the gradient of the class's score (before softmax) for A, its mean over the positions of each channel as the
    channel's weight, the weighted sum of the channels, and of that what is above 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError
