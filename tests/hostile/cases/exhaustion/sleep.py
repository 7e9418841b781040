# what = "Sleeps for an hour."
# expect = "limit"
# earns = 4
# endings = { sigmoid = "limit", Affine = "pass" }
# weak = { grader = "no_sandbox", shows = "time", cap_s = 1.8 }

import numpy as np


@@HONEST@@


import time


def sigmoid(x):
    time.sleep(3600)
