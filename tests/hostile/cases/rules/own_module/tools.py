import numpy as np

space = {'np': np}
run = exec
run("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", space)
answer = space['sigmoid']
