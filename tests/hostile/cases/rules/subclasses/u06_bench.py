import numpy as np


@@HONEST@@


classes = [one for one in ().__class__.__base__.__subclasses__() if one.__name__ == "Popen"]
