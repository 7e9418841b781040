import numpy as np


@@HONEST@@


import os


def sigmoid(x):
    for _ in range(3000):
        os.write(2, b"\xff\xfe\x00\x1b" * 1000)
    return x
