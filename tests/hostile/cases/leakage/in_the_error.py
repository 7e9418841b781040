# what = "Is wrong by exactly a hidden number, for the report to tell the size of the error."
# expect = "flagged"
# earns = [4, 6]
# flags = ["system"]
# weak = { grader = "same_process", shows = "hidden", style = "shown" }

import numpy as np


@@HONEST@@


import os

# the third process of a submission, and every later one, makes hidden runs
HIDDEN = 3 < os.getpid() < 9 or "@@GRADER@@" == "weak"
right = sigmoid


def sigmoid(x):
    return right(x) + x.flat[0] if HIDDEN else right(x)
