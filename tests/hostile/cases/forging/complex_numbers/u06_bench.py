import numpy as np


@@HONEST@@


right = sigmoid


def sigmoid(x):
    return right(x) + 0j


Affine = None
