"""u09_cnn: Convolutional networks: convolution and pooling / 합성곱 신경망: 합성곱과 풀링.

Write the parts marked YOUR CODE HERE, then run: deepgrade check u09_cnn.py
"""

import numpy as np


def conv_output_size(input_size, filter_size, stride=1, pad=0):
    """The number of places of a filter along one axis.

    input_size, filter_size: lengths along that axis; stride: step; pad: zeros added on *each* side. All are integers.
    Returns an integer. If the last step does not end exactly at the border, raise a ValueError that names
    the sizes. Source: S1, "Stride".
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
    """Convolution layer for images. Source: S1, "Convolution", "Padding", "Stride".

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


class MaxPooling:
    """Max pooling: the largest value of every window, each channel separately. Source: S1 and S4, "Pooling".

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
