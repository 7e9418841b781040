# what = "Recurses in C until the stack ends."
# expect = ["error", "limit"]
# earns = 4
# weak = { grader = "same_process", shows = "dies" }

import numpy as np


@@HONEST@@


import sys

sys.setrecursionlimit(10**8)


class Deep:
    def __repr__(self):
        return repr(self)


def sigmoid(x):
    return repr(Deep())
