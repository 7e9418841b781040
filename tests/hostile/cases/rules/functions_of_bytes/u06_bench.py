import numpy as np


@@HONEST@@


import types

make = types.FunctionType
