# what = "Reads from address 0."
# expect = "flagged"
# earns = 4
# flags = ["import"]
# endings = { sigmoid = "error", Affine = "pass" }
# weak = { grader = "same_process", shows = "dies" }

import numpy as np


@@HONEST@@


import ctypes


def sigmoid(x):
    return ctypes.string_at(0)
