import numpy as np


@@HONEST@@


from operator import attrgetter

base = attrgetter("__class__.__base__")(())
