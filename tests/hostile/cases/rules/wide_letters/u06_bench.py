import numpy as np


@@HONEST@@


ｅｘｅｃ("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))")
