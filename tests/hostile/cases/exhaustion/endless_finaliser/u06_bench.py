import numpy as np


@@HONEST@@


class Last:
    def __del__(self):
        while True:
            pass


LAST = Last()
