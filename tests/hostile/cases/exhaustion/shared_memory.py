# what = "Maps shared memory, which a limit on a process's data does not count."
# expect = "flagged"
# earns = 4
# flags = ["import"]
# endings = { sigmoid = "error" }
# never = ["KEPT"]
# weak = { grader = "no_sandbox", shows = "memory", over = 290 }

import numpy as np


@@HONEST@@


import mmap

MEGABYTES = {"real": 600, "weak": 240}["@@GRADER@@"]


def sigmoid(x):
    kept = mmap.mmap(-1, MEGABYTES << 20)
    for place in range(0, MEGABYTES << 20, 4096):
        kept[place] = 1
    print("KE" "PT")
    return x
