# what = "Brings a .pth file, whose imports Python runs."
# expect = "rejected"
# weak = { grader = "run_there", shows = "marker" }

# file: late.pth
import os; open('@@MARKER@@', 'w').close()

# file: u06_bench.py
import numpy as np


@@HONEST@@
