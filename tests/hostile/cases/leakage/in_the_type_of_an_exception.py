# what = "Tells the hidden inputs in the name of an exception's class."
# expect = "flagged"
# earns = [4, 6]
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
        raise type(f"Of {x.ravel().tolist()}", (ArithmeticError,), {})
    return right(x)
