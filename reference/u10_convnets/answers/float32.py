# right
"""Everything in single precision, with einsum."""

import numpy as np
from u06_backprop import Affine, Relu, SoftmaxWithLoss
from u09_cnn import Convolution, MaxPooling


class SimpleConvNet:
    def __init__(self, input_dim=(1, 28, 28), conv_param=None, hidden_size=100, output_size=10, weight_init_std=0.01):
        conv = conv_param or {"filter_num": 30, "filter_size": 5, "pad": 0, "stride": 1}
        number, size = conv["filter_num"], conv["filter_size"]
        side = ((input_dim[1] - size + 2 * conv["pad"]) // conv["stride"] + 1) // 2
        shapes = [(number, input_dim[0], size, size), (number * side * side, hidden_size), (hidden_size, output_size)]
        self.params = {}
        for n, shape in enumerate(shapes, 1):
            self.params[f"W{n}"] = (weight_init_std * np.random.randn(*shape)).astype(np.float32)
            self.params[f"b{n}"] = np.zeros(shape[0] if n == 1 else shape[1], dtype=np.float32)
        p = self.params
        conv_layer = Convolution(p["W1"], p["b1"], conv["stride"], conv["pad"])
        layers = [conv_layer, Relu(), MaxPooling(2, 2, 2), Affine(p["W2"], p["b2"]), Relu(), Affine(p["W3"], p["b3"])]
        self.layers = dict(zip(["Conv1", "Relu1", "Pool1", "Affine1", "Relu2", "Affine2"], layers, strict=True))
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        x = x.astype(np.float32)
        for layer in self.layers.values():
            x = layer.forward(x)
        return x.astype(np.float32)

    def loss(self, x, t):
        return self.last_layer.forward(self.predict(x), t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last_layer.backward().astype(np.float32)
        for layer in list(self.layers.values())[::-1]:
            dout = layer.backward(dout).astype(np.float32)
        found = [self.layers[name] for name in ("Conv1", "Affine1", "Affine2")]
        grads = {f"W{n}": layer.dW.astype(np.float32) for n, layer in enumerate(found, 1)}
        return grads | {f"b{n}": layer.db.astype(np.float32) for n, layer in enumerate(found, 1)}


def train(net, x, t, batches, lr=0.1):
    losses = []
    for batch in batches:
        losses.append(net.loss(x[batch], t[batch]))
        for name, grad in net.gradient(x[batch], t[batch]).items():
            net.params[name] -= lr * grad
    return losses


def filter_gradient(net, x, name, index):
    out, used = x.astype(np.float32), []
    for key, layer in net.layers.items():
        out = np.asarray(layer.forward(out), dtype=np.float32)
        used.append(layer)
        if key == name:
            break
    mask = np.zeros(out.shape, dtype=np.float32)
    mask[:, index] = 1
    dout = mask / np.float32(out.shape[2] * out.shape[3])
    for layer in used[::-1]:
        dout = layer.backward(dout)
    return np.einsum("nfij,nfij->n", out, mask / (out.shape[2] * out.shape[3])).astype(np.float32), dout.astype(
        np.float32
    )


def feature_maps(net, x):
    maps, out = {}, x.astype(np.float32)
    for key, layer in net.layers.items():
        out = np.asarray(layer.forward(out), dtype=np.float32)
        if np.ndim(out) == 4:
            maps[key] = out
    return maps


def grad_cam(net, x, labels, name="Relu1"):
    maps = feature_maps(net, x)[name]
    scores = net.predict(x.astype(np.float32))
    dout = np.eye(scores.shape[1], dtype=np.float32)[labels]
    for layer in list(net.layers.values())[: list(net.layers).index(name) : -1]:
        dout = layer.backward(dout)
    heat = np.einsum("nkij,nk->nij", maps, dout.mean(axis=(2, 3)).astype(np.float32))
    return heat.clip(min=0).astype(np.float32)
