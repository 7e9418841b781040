# what = "Returns arrays of a class of its own that answers NumPy's functions itself."
# expect = "fail"
# weak = { grader = "same_process", shows = "score" }

import numpy as np


class Agreeing(np.ndarray):
    def __array_function__(self, function, types, args, options):
        return True

    def __array_ufunc__(self, *args, **options):
        return np.zeros(1)

    def __eq__(self, other):
        return True


def agreeing(*shape):
    return np.zeros(shape).view(Agreeing)


def sigmoid(x):
    return agreeing(*x.shape)


class Affine:
    dW = db = agreeing(3)

    def __init__(self, W, b):
        pass

    def forward(self, x):
        return agreeing(7, 5)

    backward = forward
