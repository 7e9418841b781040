"""u09_cnn: Convolution and pooling layers / 합성곱 계층과 풀링 계층.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u09_cnn.py
"""

import numpy as np


def conv_output_size(input_size, filter_size, stride=1, pad=0):
    """The number of places of a filter along one axis.

    input_size, filter_size: lengths along that axis; stride: step; pad: zeros added on *each* side. All are integers.
    Returns an integer. If the last step does not end exactly at the border, raise a ValueError that names
    the sizes (S1).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def pad(x, width):
    """Put a frame of zeros around every image; nothing else changes (S1).

    x: (N, C, H, W); width: zeros on *each* of the four sides. Returns (N, C, H + 2*width, W + 2*width).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def conv1d(x, w, b=0.0, stride=1, pad=0):
    """One filter moves along one series; every place gives one number.

    x: (T,); w: (K,); b: a number; stride: step; pad: zeros on *each* side. Returns (OT,).
    The filter is not flipped (S4).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def conv1d_multichannel(x, W, b, stride=1, pad=0):
    """Several filters move along several series at once, in time only.

    x: (C, T), one row per channel; W: (FN, C, K); b: (FN,); pad: zeros before and after each row. Returns (FN, OT):
    the products of all channels go into one sum (S4's r1, r2, r3).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def im2col(input_data, filter_h, filter_w, stride=1, pad=0):
    """Lay every window of every image out as one row.

    input_data: (N, C, H, W). Returns (N*OH*OW, C*filter_h*filter_w): the rows go through image, then output row, then
    output column; within a row through channel, then filter row, then filter column. pad: zeros on each side.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def col2im(col, input_shape, filter_h, filter_w, stride=1, pad=0):
    """Send every entry of the rows back to the pixel that im2col took it from; entries of one pixel add up.

    col: (N*OH*OW, C*filter_h*filter_w) in the order of im2col; input_shape: (N, C, H, W).
    Returns an image of exactly input_shape (without the padding). This is the backward pass of im2col.
    """
    # YOUR CODE HERE
    raise NotImplementedError


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
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, FN, OH, OW). Stores dW and db, returns dx (N, C, H, W)."""
        # YOUR CODE HERE
        raise NotImplementedError


def conv3d(x, w, b=0.0, stride=1):
    """One filter moves through a volume along all three axes.

    x: (D, H, W); w: (KD, KH, KW); b: a number; stride: step along every axis. Returns (OD, OH, OW). The filter is
    not flipped (S4).
    """
    # YOUR CODE HERE
    raise NotImplementedError


def conv_parameter_count(channels, filters, kernel_size, bias=True):
    """How many numbers a convolution layer learns.

    channels: channels of its input; filters: number of filters; kernel_size: a tuple with one length per axis, (K,),
    (FH, FW) or (KD, KH, KW); bias: whether every filter has a bias. Returns an integer.
    """
    # YOUR CODE HERE
    raise NotImplementedError


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
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, C, OH, OW). Returns dx (N, C, H, W): each entry of dout goes to the place of its maximum."""
        # YOUR CODE HERE
        raise NotImplementedError


class AveragePooling:
    """Average pooling: the mean of every window, each channel separately (S0, S1). No padding here."""

    def __init__(self, pool_h, pool_w, stride=2):
        self.pool_h = pool_h
        self.pool_w = pool_w
        self.stride = stride

    def forward(self, x):
        """x: (N, C, H, W). Returns (N, C, OH, OW)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, C, OH, OW). Returns dx (N, C, H, W)."""
        # YOUR CODE HERE
        raise NotImplementedError


class L2Pooling:
    """L2 pooling: the root of the sum of squares of every window, each channel separately (S0). No padding here."""

    def __init__(self, pool_h, pool_w, stride=2):
        self.pool_h = pool_h
        self.pool_w = pool_w
        self.stride = stride

    def forward(self, x):
        """x: (N, C, H, W). Returns (N, C, OH, OW). Keep what backward will need."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, C, OH, OW). Returns dx (N, C, H, W); a window of zeros gets zeros."""
        # YOUR CODE HERE
        raise NotImplementedError


class GlobalMaxPooling1D:
    """The largest value of each channel over all time steps (S1). Input (N, T, C), as in Keras: channels last."""

    def forward(self, x):
        """x: (N, T, C). Returns (N, C)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, C). Returns dx (N, T, C)."""
        # YOUR CODE HERE
        raise NotImplementedError


class GlobalAveragePooling1D:
    """The mean of each channel over all time steps (S1). Input (N, T, C), as in Keras: channels last."""

    def forward(self, x):
        """x: (N, T, C). Returns (N, C)."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, C). Returns dx (N, T, C)."""
        # YOUR CODE HERE
        raise NotImplementedError


class Flatten:
    """From maps to one row per example, and back (S0, S1)."""

    def forward(self, x):
        """x: (N, …). Returns (N, D), each example's numbers in the order in which reshape reads them."""
        # YOUR CODE HERE
        raise NotImplementedError

    def backward(self, dout):
        """dout: (N, D). Returns dx in the shape of x."""
        # YOUR CODE HERE
        raise NotImplementedError
