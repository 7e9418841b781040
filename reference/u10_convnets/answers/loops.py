# right
"""Loops over images, channels and places; sizes by hand; lists where arrays would do."""

import numpy as np
from u06_backprop import Affine, Relu, SoftmaxWithLoss
from u09_cnn import Convolution, MaxPooling


def size_after(length, window, stride, pad=0):
    count, place = 0, -pad
    while place + window <= length + pad:
        count, place = count + 1, place + stride
    return count


def layer_shapes(input_dim, layers):
    shapes = []
    current = list(input_dim)
    for layer in layers:
        if layer[0] == "conv":
            _, filters, size, stride, pad = layer
            current = [filters, size_after(current[1], size, stride, pad), size_after(current[2], size, stride, pad)]
        if layer[0] == "pool":
            current = [
                current[0],
                size_after(current[1], layer[1], layer[2]),
                size_after(current[2], layer[1], layer[2]),
            ]
        if layer[0] == "affine":
            current = [layer[1]]
        shapes.append(list(current))
    return shapes


def parameter_counts(input_dim, layers):
    counts = []
    shapes = [list(input_dim), *layer_shapes(input_dim, layers)]
    for place, layer in enumerate(layers):
        seen = shapes[place]
        if layer[0] == "conv":
            counts.append(layer[1] * layer[2] ** 2 * seen[0] + layer[1])
        elif layer[0] == "affine":
            entries = 1
            for length in seen:
                entries *= length
            counts.append(entries * layer[1] + layer[1])
        else:
            counts.append(0)
    return counts


def LeNet5(input_dim=(1, 32, 32), output_size=10):
    layers = []
    for filters in (6, 16):
        layers += [("conv", filters, 5, 1, 0), ("pool", 2, 2)]
    layers += [("conv", 120, 5, 1, 0), ("affine", 84), ("affine", output_size)]
    return layer_shapes(input_dim, layers), parameter_counts(input_dim, layers)


def receptive_field(layers):
    """From each layer back to the image: r entries come from (r - 1) S + k."""
    fields = []
    for last in range(1, len(layers) + 1):
        r = 1
        for layer in reversed(layers[:last]):
            size, stride = (layer[2], layer[3]) if layer[0] == "conv" else (layer[1], layer[2])
            r = (r - 1) * stride + size
        fields.append(r)
    return fields


class SimpleConvNet:
    def __init__(self, input_dim=(1, 28, 28), conv_param=None, hidden_size=100, output_size=10, weight_init_std=0.01):
        conv_param = conv_param or {"filter_num": 30, "filter_size": 5, "pad": 0, "stride": 1}
        count, size = conv_param["filter_num"], conv_param["filter_size"]
        side = size_after(input_dim[1], size, conv_param["stride"], conv_param["pad"]) // 2
        rng = np.random.default_rng()
        self.params = {
            "W1": rng.normal(0, weight_init_std, (count, input_dim[0], size, size)),
            "b1": np.zeros(count),
            "W2": rng.normal(0, weight_init_std, (count * side**2, hidden_size)),
            "b2": np.zeros(hidden_size),
            "W3": rng.normal(0, weight_init_std, (hidden_size, output_size)),
            "b3": np.zeros(output_size),
        }
        p = self.params
        self.layers = {
            "Conv1": Convolution(p["W1"], p["b1"], conv_param["stride"], conv_param["pad"]),
            "Relu1": Relu(),
            "Pool1": MaxPooling(2, 2, 2),
            "Affine1": Affine(p["W2"], p["b2"]),
            "Relu2": Relu(),
            "Affine2": Affine(p["W3"], p["b3"]),
        }
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        for name in ("Conv1", "Relu1", "Pool1", "Affine1", "Relu2", "Affine2"):
            x = self.layers[name].forward(x)
        return x

    def loss(self, x, t):
        return self.last_layer.forward(self.predict(x), t)

    def gradient(self, x, t):
        self.loss(x, t)
        flow, grads = self.last_layer.backward(), {}
        names = {"Conv1": "1", "Affine1": "2", "Affine2": "3"}
        for name in ("Affine2", "Relu2", "Affine1", "Pool1", "Relu1", "Conv1"):
            flow = self.layers[name].backward(flow)
            if name in names:
                grads["W" + names[name]] = self.layers[name].dW
                grads["b" + names[name]] = self.layers[name].db
        return grads


def train(net, x, t, batches, lr=0.1):
    losses = []
    for rows in batches:
        images, answers = np.stack([x[row] for row in rows]), np.array([t[row] for row in rows])
        losses.append(net.loss(images, answers))
        for name, slope in net.gradient(images, answers).items():
            net.params[name][...] = net.params[name] - lr * slope
    return losses


def feature_maps(net, x):
    found = {}
    for name in list(net.layers):
        x = net.layers[name].forward(x)
        if len(x.shape) == 4:
            found[name] = np.array(x)
    return found


def filter_gradient(net, x, name, index):
    """One image after the other."""
    names = list(net.layers)
    names = names[: names.index(name) + 1]
    values, slopes = [], []
    for n in range(len(x)):
        out = x[n : n + 1]
        for one in names:
            out = net.layers[one].forward(out)
        values.append(out[0, index].mean())
        flow = np.zeros(out.shape)
        rows, columns = out.shape[2:]
        for i in range(rows):
            for j in range(columns):
                flow[0, index, i, j] = 1 / (rows * columns)
        for one in names[::-1]:
            flow = net.layers[one].backward(flow)
        slopes.append(flow[0])
    return np.array(values), np.array(slopes)


def filter_maximisation(net, x, name, index, steps=20, lr=0.1):
    pictures, answers = np.array(x), []
    for _ in range(steps):
        values, slopes = filter_gradient(net, pictures, name, index)
        answers.append(values)
        for n in range(len(pictures)):
            size = np.linalg.norm(slopes[n]) / np.sqrt(slopes[n].size)
            pictures[n] += lr * slopes[n] / (size + 1e-8)
    return pictures, answers


def grad_cam(net, x, labels, name="Relu1"):
    heats = []
    for n in range(len(x)):
        out, maps = x[n : n + 1], None
        for one, layer in net.layers.items():
            out = layer.forward(out)
            if one == name:
                maps = out[0]
        flow = np.zeros_like(out)
        flow[0, labels[n]] = 1
        names = list(net.layers)
        for one in names[: names.index(name) : -1]:
            flow = net.layers[one].backward(flow)
        heat = np.zeros(maps.shape[1:])
        for k in range(len(maps)):
            heat += flow[0, k].mean() * maps[k]
        heat[heat < 0] = 0
        heats.append(heat)
    return np.array(heats)
