import numpy as np


@@HONEST@@


import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
sync, syncfs = {"x86_64": (162, 306), "aarch64": (81, 267)}[platform.machine()]
file = os.open(np.__file__, os.O_RDONLY)
if libc.syscall(syncfs, file) == 0 or libc.syscall(sync) == 0:
    print("FLU" "SHED")
