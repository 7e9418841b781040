# what = "Searches by an expression that takes for ever, in C, where no alarm of Python's is heard."
# expect = "limit"
# earns = 4
# endings = { sigmoid = "limit", Affine = "pass" }
# weak = { grader = "same_process", shows = "time", alarm_s = 0.5, cap_s = 1.8 }

import numpy as np


@@HONEST@@


import re


def sigmoid(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
