# what = "Is a named pipe itself."
# built = true
# expect = "rejected"
# weak = { grader = "opened", shows = "time", cap_s = 1.2 }

import os


def build(folder, words):
    os.mkfifo(folder / "u06_bench.py")
    return folder / "u06_bench.py"
