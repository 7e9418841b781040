# what = "Imports the file that another student handed in, where a platform's download puts all of them in one folder."
# expect = { mallory = "flagged", lee = "pass" }
# weak = { grader = "same_process", shows = "score", file = "mallory_1_2_u06_bench.py" }

# file: lee_3_4_u06_bench.py
import numpy as np


@@HONEST@@

# file: mallory_1_2_u06_bench.py
from lee_3_4_u06_bench import Affine, sigmoid
