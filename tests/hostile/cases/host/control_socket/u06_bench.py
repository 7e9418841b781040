import numpy as np


@@HONEST@@


import socket

try:
    kind, address = (socket.AF_UNIX, socket.SOCK_STREAM), "@@SOCKET@@"
    caller = socket.socket(*kind)
    caller.connect(address)
    caller.send(b"@@TOKEN@@")
    caller.close()
except OSError as error:
    print(type(error).__name__)
