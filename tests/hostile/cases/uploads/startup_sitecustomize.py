# what = "Brings a sitecustomize.py, which Python runs."
# expect = "rejected"
# weak = { grader = "run_there", shows = "marker" }

# file: sitecustomize.py
open('@@MARKER@@', 'w').close()

# file: u06_bench.py
import numpy as np


@@HONEST@@
