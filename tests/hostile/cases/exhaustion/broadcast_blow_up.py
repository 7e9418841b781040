# what = "Returns an array that broadcasting against the expected one makes 20 times larger."
# expect = "fail"
# earns = 4
# weak = { grader = "same_process", shows = "memory", over = 90, cap_s = 2.0 }

import numpy as np


@@HONEST@@


def sigmoid(x):
    return np.zeros((400_000, 1, 1))
