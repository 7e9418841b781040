# what = "Asks for an array larger than its limit, and fills it."
# expect = ["limit", "error"]
# earns = 4
# endings = { Affine = "pass" }
# weak = { grader = "no_sandbox", shows = "memory", over = 290 }

import numpy as np


@@HONEST@@


MEGABYTES = {"real": 2000, "weak": 240}["@@GRADER@@"]


def sigmoid(x):
    return np.ones(MEGABYTES << 17).sum() * x
