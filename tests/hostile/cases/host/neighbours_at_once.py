# what = "Two submissions, graded side by side, hand on a hidden input by locks on a library's file."
# expect = { lee = "flagged", mallory = "flagged" }
# earns = 7
# never = ["LOCKED"]
# weak = { grader = "no_sandbox", shows = "said", said = "LOCKED", file = "mallory/u06_bench.py" }

# file: lee/u06_bench.py
import numpy as np


@@HONEST@@


import fcntl
import os
import time

try:
    file = os.open(np.__file__, os.O_RDONLY)
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        print("LOC" "KED")
        time.sleep(0.05)
except OSError:
    pass

# file: mallory/u06_bench.py
import numpy as np


@@HONEST@@


import fcntl
import os
import time

try:
    file = os.open(np.__file__, os.O_RDONLY)
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        fcntl.flock(file, fcntl.LOCK_EX)
        print("LOC" "KED")
        time.sleep(0.05)
except OSError:
    pass
