import numpy as np


@@HONEST@@


class Anything:
    def method(self): ...


print(len("{0.method.__func__.__globals__}".format(Anything())))
