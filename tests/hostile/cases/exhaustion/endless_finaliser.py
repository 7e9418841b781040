# what = "Keeps an object whose finaliser never ends, for the end of the interpreter."
# expect = "pass"
# earns = 7
# weak = { grader = "same_process", shows = "time", tidy = true, cap_s = 1.8 }

import numpy as np


@@HONEST@@


class Last:
    def __del__(self):
        while True:
            pass


LAST = Last()
