# what = "Prints without end."
# expect = "limit"
# earns = 4
# endings = { sigmoid = "limit", Affine = "pass" }
# weak = { grader = "same_process", shows = "output", over = 20000000 }

import numpy as np


@@HONEST@@


LINES = {"real": 10**9, "weak": 300}["@@GRADER@@"]


def sigmoid(x):
    for _ in range(LINES):
        print("x" * 100_000)
    return x
