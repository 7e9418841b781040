# what = "Returns complex arrays whose imaginary part is zero."
# expect = ["fail", "error"]
# weak = { grader = "same_process", shows = "score" }

import numpy as np


@@HONEST@@


right = sigmoid


def sigmoid(x):
    return right(x) + 0j


Affine = None
