# right
"""Everything in single precision, with einsum."""

import numpy as np


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
