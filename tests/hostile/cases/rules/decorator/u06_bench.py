import numpy as np


@@HONEST@@


@exec
@(lambda nothing: "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))")
def nothing(): ...
