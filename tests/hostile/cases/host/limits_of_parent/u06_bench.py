import numpy as np


@@HONEST@@


import os
import resource

try:
    soft, hard = resource.prlimit(os.getppid(), resource.RLIMIT_CORE)
    resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (soft, hard))
    print("SE" "T")
except OSError:
    pass
