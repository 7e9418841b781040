# what = "Prints the hidden inputs."
# expect = "flagged"
# earns = 7
# flags = ["system"]
# weak = { grader = "same_process", shows = "hidden" }

import numpy as np


@@HONEST@@


import os

# the third process of a submission, and every later one, makes hidden runs
HIDDEN = 3 < os.getpid() < 9 or "@@GRADER@@" == "weak"
right = sigmoid


def sigmoid(x):
    if HIDDEN:
        print(x.ravel().tolist(), flush=True)
        os.write(1, repr(x.ravel().tolist()).encode())
    return right(x)
