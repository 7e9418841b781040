# what = "Puts links to the host's files where a grader looks for outputs."
# expect = "flagged"
# flags = ["system"]
# weak = { grader = "child_process", shows = "leak", how = "output" }

import os

for name in ("output.txt", "out.json", "results.json", "3"):
    os.symlink("@@SECRET_FILE@@", name)


def sigmoid(x):
    os.dup2(os.open("output.txt", os.O_RDONLY), 3)
    return x
