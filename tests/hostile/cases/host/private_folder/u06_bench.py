import numpy as np


@@HONEST@@


import os

for folder in ("@@PRIVATE@@", "/root", "/home", "/work", "/etc", ".", ".."):
    try:
        print(os.listdir(folder))
    except OSError as error:
        print(type(error).__name__)
