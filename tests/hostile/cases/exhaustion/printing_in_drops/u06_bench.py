import numpy as np


@@HONEST@@


import os


def sigmoid(x):
    for _ in range(300_000):
        os.write(1, b".")
    return x
