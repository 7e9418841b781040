import numpy as np


@@HONEST@@


frame = (number for number in "a").gi_frame
print(frame.f_back)
