import numpy as np


@@HONEST@@


import os


def sigmoid(x):
    return os.read(os.pipe()[0], 1)
