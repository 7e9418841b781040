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
