# what = "Fills the disk."
# expect = "flagged"
# earns = 4
# flags = ["builtin"]
# never = ["FILLED"]
# weak = { grader = "no_sandbox", shows = "said", said = "FILLED" }

import numpy as np


@@HONEST@@


MEGABYTES = {"real": 400, "weak": 40}["@@GRADER@@"]


def sigmoid(x):
    for place in range(MEGABYTES // 8):
        with open(f"file{place}", "wb") as file:
            file.write(bytes(8 << 20))
    print("FIL" "LED")
    return x
