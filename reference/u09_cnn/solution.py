"""Convolution in one, two and three dimensions, pooling, and the way from maps to a vector."""

import numpy as np


def conv_output_size(input_size, filter_size, stride=1, pad=0):
    """The number of places of a filter along one axis.

    input_size, filter_size: lengths along that axis; stride: step; pad: zeros added on *each* side. All are integers.
    Returns an integer. If the last step does not end exactly at the border, raise a ValueError that names
    the sizes (S1).
    """
    steps, rest = divmod(input_size + 2 * pad - filter_size, stride)
    if rest or steps < 0:
        raise ValueError(f"input {input_size}, filter {filter_size}, stride {stride}, pad {pad}: no whole size")
    return steps + 1


def pad(x, width):
    """Put a frame of zeros around every image; nothing else changes (S1).

    x: (N, C, H, W); width: zeros on *each* of the four sides. Returns (N, C, H + 2*width, W + 2*width).
    """
    return np.pad(x, [(0, 0), (0, 0), (width, width), (width, width)])


def conv1d(x, w, b=0.0, stride=1, pad=0):
    """One filter moves along one series; every place gives one number.

    x: (T,); w: (K,); b: a number; stride: step; pad: zeros on *each* side. Returns (OT,).
    The filter is not flipped (S4).
    """
    size = conv_output_size(len(x), len(w), stride, pad)
    padded = np.pad(x, pad)
    return np.array([padded[i * stride : i * stride + len(w)] @ w + b for i in range(size)])


def conv1d_multichannel(x, W, b, stride=1, pad=0):
    """Several filters move along several series at once, in time only.

    x: (C, T), one row per channel; W: (FN, C, K); b: (FN,); pad: zeros before and after each row. Returns (FN, OT):
    the products of all channels go into one sum (S4's r1, r2, r3).
    """
    size = conv_output_size(x.shape[1], W.shape[2], stride, pad)
    padded = np.pad(x, [(0, 0), (pad, pad)])
    windows = np.stack([padded[:, i * stride : i * stride + W.shape[2]] for i in range(size)])
    return np.tensordot(W, windows, axes=([1, 2], [1, 2])) + b[:, None]


def im2col(input_data, filter_h, filter_w, stride=1, pad=0):
    """Lay every window of every image out as one row.

    input_data: (N, C, H, W). Returns (N*OH*OW, C*filter_h*filter_w): the rows go through image, then output row, then
    output column; within a row through channel, then filter row, then filter column. pad: zeros on each side.
    """
    N, _, H, W = input_data.shape
    out_h = conv_output_size(H, filter_h, stride, pad)
    out_w = conv_output_size(W, filter_w, stride, pad)
    image = np.pad(input_data, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    windows = np.lib.stride_tricks.sliding_window_view(image, (filter_h, filter_w), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * out_h * out_w, -1)


def col2im(col, input_shape, filter_h, filter_w, stride=1, pad=0):
    """Send every entry of the rows back to the pixel that im2col took it from; entries of one pixel add up.

    col: (N*OH*OW, C*filter_h*filter_w) in the order of im2col; input_shape: (N, C, H, W).
    Returns an image of exactly input_shape (without the padding). This is the backward pass of im2col.
    """
    N, C, H, W = input_shape
    out_h = conv_output_size(H, filter_h, stride, pad)
    out_w = conv_output_size(W, filter_w, stride, pad)
    windows = col.reshape(N, out_h, out_w, C, filter_h, filter_w).transpose(0, 3, 4, 5, 1, 2)
    image = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for y in range(filter_h):
        for x in range(filter_w):
            image[:, :, y : y + stride * out_h : stride, x : x + stride * out_w : stride] += windows[:, :, y, x]
    return image[:, :, pad : H + pad, pad : W + pad]


class Convolution:
    """Convolution layer for images (S1).

    W: filters (FN, C, FH, FW); b: biases (FN,). After backward, dW and db hold the gradients, shaped like W and b.
    The filter is not flipped (deep learning's convolution is what mathematics calls cross-correlation).
    """

    def __init__(self, W, b, stride=1, pad=0):
        self.W = W
        self.b = b
        self.stride = stride
        self.pad = pad
        self.dW = None
        self.db = None

    def forward(self, x):
        """x: (N, C, H, W). Returns (N, FN, OH, OW). Keep what backward will need."""
        ### BEGIN SOLUTION
        FN, _, FH, FW = self.W.shape
        N, _, H, W = x.shape
        out_h = conv_output_size(H, FH, self.stride, self.pad)
        out_w = conv_output_size(W, FW, self.stride, self.pad)
        self.shape = x.shape
        self.col = im2col(x, FH, FW, self.stride, self.pad)
        out = self.col @ self.W.reshape(FN, -1).T + self.b
        return out.reshape(N, out_h, out_w, FN).transpose(0, 3, 1, 2)
        ### END SOLUTION

    def backward(self, dout):
        """dout: (N, FN, OH, OW). Stores dW and db, returns dx (N, C, H, W)."""
        ### BEGIN SOLUTION
        FN, _, FH, FW = self.W.shape
        dout = dout.transpose(0, 2, 3, 1).reshape(-1, FN)
        self.db = dout.sum(axis=0)
        self.dW = (dout.T @ self.col).reshape(self.W.shape)
        return col2im(dout @ self.W.reshape(FN, -1), self.shape, FH, FW, self.stride, self.pad)
        ### END SOLUTION


def conv3d(x, w, b=0.0, stride=1):
    """One filter moves through a volume along all three axes.

    x: (D, H, W); w: (KD, KH, KW); b: a number; stride: step along every axis. Returns (OD, OH, OW). The filter is
    not flipped (S4).
    """
    sizes = [conv_output_size(length, width, stride) for length, width in zip(x.shape, w.shape, strict=True)]
    out = np.zeros(sizes)
    for i, j, k in np.ndindex(*sizes):
        d, h, v = i * stride, j * stride, k * stride
        out[i, j, k] = np.sum(x[d : d + w.shape[0], h : h + w.shape[1], v : v + w.shape[2]] * w) + b
    return out


def conv_parameter_count(channels, filters, kernel_size, bias=True):
    """How many numbers a convolution layer learns.

    channels: channels of its input; filters: number of filters; kernel_size: a tuple with one length per axis, (K,),
    (FH, FW) or (KD, KH, KW); bias: whether every filter has a bias. Returns an integer.
    """
    weights = channels * int(np.prod(kernel_size))
    return (weights + bool(bias)) * filters


class MaxPooling:
    """Max pooling: the largest value of every window, each channel separately (S1, S4).

    There is nothing to learn, so there are no parameters. (The book calls this layer Pooling; that name is fine too.)
    """

    def __init__(self, pool_h, pool_w, stride=2, pad=0):
        self.pool_h = pool_h
        self.pool_w = pool_w
        self.stride = stride
        self.pad = pad

    def forward(self, x):
        """x: (N, C, H, W). Returns (N, C, OH, OW). Remember where each maximum was."""
        ### BEGIN SOLUTION
        N, C, H, W = x.shape
        out_h = conv_output_size(H, self.pool_h, self.stride, self.pad)
        out_w = conv_output_size(W, self.pool_w, self.stride, self.pad)
        col = im2col(x, self.pool_h, self.pool_w, self.stride, self.pad)
        col = col.reshape(-1, self.pool_h * self.pool_w)
        self.shape = x.shape
        self.argmax = col.argmax(axis=1)
        return col.max(axis=1).reshape(N, out_h, out_w, C).transpose(0, 3, 1, 2)
        ### END SOLUTION

    def backward(self, dout):
        """dout: (N, C, OH, OW). Returns dx (N, C, H, W): each entry of dout goes to the place of its maximum."""
        ### BEGIN SOLUTION
        N, _, out_h, out_w = dout.shape
        dcol = np.zeros((dout.size, self.pool_h * self.pool_w))
        dcol[np.arange(dout.size), self.argmax] = dout.transpose(0, 2, 3, 1).ravel()
        dcol = dcol.reshape(N * out_h * out_w, -1)
        return col2im(dcol, self.shape, self.pool_h, self.pool_w, self.stride, self.pad)
        ### END SOLUTION


class AveragePooling:
    """Average pooling: the mean of every window, each channel separately (S0, S1). No padding here."""

    def __init__(self, pool_h, pool_w, stride=2):
        self.pool_h = pool_h
        self.pool_w = pool_w
        self.stride = stride

    def forward(self, x):
        """x: (N, C, H, W). Returns (N, C, OH, OW)."""
        ### BEGIN SOLUTION
        N, C, H, W = x.shape
        out_h = conv_output_size(H, self.pool_h, self.stride)
        out_w = conv_output_size(W, self.pool_w, self.stride)
        self.shape = x.shape
        col = im2col(x, self.pool_h, self.pool_w, self.stride).reshape(-1, self.pool_h * self.pool_w)
        return col.mean(axis=1).reshape(N, out_h, out_w, C).transpose(0, 3, 1, 2)
        ### END SOLUTION

    def backward(self, dout):
        """dout: (N, C, OH, OW). Returns dx (N, C, H, W)."""
        ### BEGIN SOLUTION
        size = self.pool_h * self.pool_w
        share = dout.transpose(0, 2, 3, 1).reshape(-1, 1) / size
        dcol = np.repeat(share, size, axis=1)
        return col2im(dcol, self.shape, self.pool_h, self.pool_w, self.stride)
        ### END SOLUTION


class L2Pooling:
    """L2 pooling: the root of the sum of squares of every window, each channel separately (S0). No padding here."""

    def __init__(self, pool_h, pool_w, stride=2):
        self.pool_h = pool_h
        self.pool_w = pool_w
        self.stride = stride

    def forward(self, x):
        """x: (N, C, H, W). Returns (N, C, OH, OW). Keep what backward will need."""
        ### BEGIN SOLUTION
        N, C, H, W = x.shape
        out_h = conv_output_size(H, self.pool_h, self.stride)
        out_w = conv_output_size(W, self.pool_w, self.stride)
        self.shape = x.shape
        self.col = im2col(x, self.pool_h, self.pool_w, self.stride).reshape(-1, self.pool_h * self.pool_w)
        self.norm = np.sqrt((self.col**2).sum(axis=1))
        return self.norm.reshape(N, out_h, out_w, C).transpose(0, 3, 1, 2)
        ### END SOLUTION

    def backward(self, dout):
        """dout: (N, C, OH, OW). Returns dx (N, C, H, W); a window of zeros gets zeros."""
        ### BEGIN SOLUTION
        slope = self.col / np.where(self.norm > 0, self.norm, 1)[:, None]
        dcol = dout.transpose(0, 2, 3, 1).reshape(-1, 1) * slope
        return col2im(dcol, self.shape, self.pool_h, self.pool_w, self.stride)
        ### END SOLUTION


class GlobalMaxPooling1D:
    """The largest value of each channel over all time steps (S1). Input (N, T, C), as in Keras: channels last."""

    def forward(self, x):
        """x: (N, T, C). Returns (N, C)."""
        self.shape = x.shape
        self.place = x.argmax(axis=1)
        return x.max(axis=1)

    def backward(self, dout):
        """dout: (N, C). Returns dx (N, T, C)."""
        dx = np.zeros(self.shape)
        np.put_along_axis(dx, self.place[:, None, :], dout[:, None, :], axis=1)
        return dx


class GlobalAveragePooling1D:
    """The mean of each channel over all time steps (S1). Input (N, T, C), as in Keras: channels last."""

    def forward(self, x):
        """x: (N, T, C). Returns (N, C)."""
        self.steps = x.shape[1]
        return x.mean(axis=1)

    def backward(self, dout):
        """dout: (N, C). Returns dx (N, T, C)."""
        return np.repeat(dout[:, None, :] / self.steps, self.steps, axis=1)


class Flatten:
    """From maps to one row per example, and back (S0, S1)."""

    def forward(self, x):
        """x: (N, …). Returns (N, D), each example's numbers in the order in which reshape reads them."""
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        """dout: (N, D). Returns dx in the shape of x."""
        return dout.reshape(self.shape)
