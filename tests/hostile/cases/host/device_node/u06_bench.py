import numpy as np


@@HONEST@@


import os
import stat

for name, numbers in {"null": (1, 3), "memory": (1, 1), "disk": (8, 0)}.items():
    try:
        os.mknod(name, 0o600 | stat.S_IFCHR, os.makedev(*numbers))
        print("MA" "DE", name)
    except OSError:
        pass
