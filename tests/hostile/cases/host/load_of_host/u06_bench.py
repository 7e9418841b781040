import numpy as np


@@HONEST@@


import ctypes
import os

told = (ctypes.c_long * 64)()
if ctypes.CDLL(None).sysinfo(told) == 0:
    print("LO" "AD")
try:
    os.getloadavg()
    print("LO" "AD")
except OSError:
    pass
