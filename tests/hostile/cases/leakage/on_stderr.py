# what = "Warns with the hidden inputs, and writes them to every descriptor."
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

import sys
import warnings


def sigmoid(x):
    if HIDDEN:
        warnings.warn(repr(x.ravel().tolist()))
        sys.stderr.write(repr(x.ravel().tolist()))
        os.write(2, repr(x.ravel().tolist()).encode())
    return right(x)
