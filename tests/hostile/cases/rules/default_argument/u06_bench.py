import numpy as np


@@HONEST@@


def answer(x, run=eval):
    return run("1 / (1 + np.exp(-x))", {"np": np, "x": x})


def sigmoid(x):
    return answer(x)
