import numpy as np


@@HONEST@@


import socket

for family in (1, 2, 10, 16, 17, 31, 38, 40):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind).close()
            print("FAMI" "LY", family)
        except OSError:
            pass
