# what = "Brings a numpy.py of its own."
# expect = "rejected"
# weak = { grader = "run_there", shows = "marker" }

# file: numpy.py
open('@@MARKER@@', 'w').close()

# file: u06_bench.py
import numpy as np


@@HONEST@@
