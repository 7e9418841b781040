import numpy as np


@@HONEST@@


from numpy import ctypeslib

load = ctypeslib.load_library
