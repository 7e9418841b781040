import numpy as np


@@HONEST@@


from importlib import import_module as load

system = load("o" + "s")
print(system.getpid())
