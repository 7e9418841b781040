# what = "Brings a conftest.py, which a test runner runs."
# expect = "rejected"
# weak = { grader = "run_there", shows = "marker" }

# file: conftest.py
open('@@MARKER@@', 'w').close()

# file: u06_bench.py
import numpy as np


@@HONEST@@
