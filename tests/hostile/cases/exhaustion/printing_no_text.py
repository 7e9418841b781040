# what = "Floods stderr with bytes that are no text."
# expect = "flagged"
# earns = 4
# flags = ["system"]
# endings = { sigmoid = "limit", Affine = "pass" }
# weak = { grader = "same_process", shows = "output", over = 10000000 }

import numpy as np


@@HONEST@@


import os


def sigmoid(x):
    for _ in range(3000):
        os.write(2, b"\xff\xfe\x00\x1b" * 1000)
    return x
