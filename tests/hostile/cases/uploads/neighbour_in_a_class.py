# what = "Imports the file of another student by a path relative to its own."
# expect = { mallory = ["error", "flagged", "missing"], lee = "pass" }
# weak = { grader = "same_process", shows = "score", file = "mallory/u06_bench.py" }

# file: lee/answer_of_lee.py
import numpy as np


@@HONEST@@

# file: lee/u06_bench.py
import numpy as np


@@HONEST@@

# file: mallory/u06_bench.py
import sys

sys.path.append('lee')
sys.path.append('../lee')
sys.path.append(__file__.rsplit('/', 2)[0] + '/lee')
from answer_of_lee import Affine, sigmoid
