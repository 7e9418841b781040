# what = "Starts threads until there is no room (never more than 200)."
# expect = "flagged"
# earns = 4
# flags = ["import"]
# endings = { sigmoid = ["limit", "error"], Affine = "pass" }
# never = ["STARTED"]
# weak = { grader = "same_process", shows = "said", said = "STARTED" }

import numpy as np


@@HONEST@@


import threading
import time


def sigmoid(x):
    for _ in range(200):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    print("STAR" "TED")
    return x
