import numpy as np


@@HONEST@@


def sigmoid(x):
    print("AX" "ES", np.zeros((1,) * 30 + (2, 3)).ndim)
    return np.zeros((1,) * 30 + (2, 3))
