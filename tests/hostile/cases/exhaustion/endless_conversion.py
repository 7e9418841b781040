# what = "Returns an object that takes for ever to become an array."
# expect = "fail"
# earns = 4
# weak = { grader = "same_process", shows = "time", cap_s = 1.8 }

import numpy as np


@@HONEST@@


class Slow:
    def __array__(self, *args, **options):
        while True:
            pass

    __float__ = __len__ = __iter__ = __array__


def sigmoid(x):
    return Slow()
