import numpy as np


@@HONEST@@


import ctypes

libc = ctypes.CDLL(None)
segment = libc.shmget(0, 1 << 20, 0o1600)
if segment >= 0:
    print("SEG" "MENT")
    libc.shmctl(segment, 0, None)
