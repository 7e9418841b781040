# what = "Takes the reference from the loaded modules."
# expect = "flagged"
# flags = ["system"]
# weak = { grader = "same_process", shows = "score" }

import sys


def sigmoid(x):
    return sys.modules["reference"].sigmoid(x)


def Affine(W, b):
    return sys.modules["reference"].Affine(W, b)
