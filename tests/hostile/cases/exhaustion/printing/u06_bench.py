import numpy as np


@@HONEST@@


LINES = {"real": 10**9, "weak": 300}["@@GRADER@@"]


def sigmoid(x):
    for _ in range(LINES):
        print("x" * 100_000)
    return x
