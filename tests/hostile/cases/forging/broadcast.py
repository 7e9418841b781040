# what = "Returns one number where an array is expected, and lets broadcasting do the rest."
# expect = ["fail", "error"]
# weak = { grader = "same_process", shows = "score" }

import numpy as np


def sigmoid(x):
    return np.float64(0.5)


class Affine:
    pass
