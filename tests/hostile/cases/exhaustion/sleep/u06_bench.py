import numpy as np


@@HONEST@@


import time


def sigmoid(x):
    time.sleep(3600)
