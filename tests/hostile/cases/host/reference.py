# what = "Loads the reference by its path."
# expect = "flagged"
# earns = 0
# flags = ["import"]
# weak = { grader = "no_sandbox", shows = "score" }

import importlib.util

spec = importlib.util.spec_from_file_location("solution", "@@REFERENCE@@")
solution = importlib.util.module_from_spec(spec)
spec.loader.exec_module(solution)
sigmoid, Affine = solution.sigmoid, solution.Affine
