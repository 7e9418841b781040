import numpy as np


@@HONEST@@


import ctypes
import os

os.makedirs("here", exist_ok=True)
if ctypes.CDLL(None).mount(b"none", b"here", b"tmpfs", 0, b"size=64k") == 0:
    print("MOUN" "TED")
