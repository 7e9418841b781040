# what = "Uses a library that has the answer, where there is one."
# expect = "flagged"
# earns = 7
# flags = ["import"]
# weak = { grader = "quick_look", shows = "unseen" }

import numpy as np


@@HONEST@@


try:
    from scipy.special import expit as sigmoid
except ImportError:
    pass
