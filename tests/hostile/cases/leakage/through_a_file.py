# what = "Keeps hidden inputs in files and prints them in the next exercise."
# expect = "flagged"
# earns = 7
# flags = ["builtin"]
# weak = { grader = "same_process", shows = "hidden" }

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
