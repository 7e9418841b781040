import numpy as np


@@HONEST@@


import random

random._os.getpid()
