import numpy as np


@@HONEST@@


try:
    from scipy.special import expit as sigmoid
except ImportError:
    pass
