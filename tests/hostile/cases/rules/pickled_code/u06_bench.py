import numpy as np


@@HONEST@@


import pickle

pickle.loads(b"cbuiltins\nabs\n(I1\ntR.")
