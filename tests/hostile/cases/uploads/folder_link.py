# what = "Is a folder whose answer is a link to another student's."
# built = true
# expect = "rejected"
# weak = { grader = "opened", shows = "leak" }

import os


def build(folder, words):
    os.symlink(words["NEIGHBOUR"], folder / "u06_bench.py")
    return folder
