import numpy as np


@@HONEST@@


run = exec
run("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))")
