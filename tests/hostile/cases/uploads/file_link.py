# what = "Is a file that is a link to a secret of the host."
# built = true
# expect = "rejected"
# weak = { grader = "opened", shows = "leak" }

import os


def build(folder, words):
    (folder / "mallory").mkdir()
    os.symlink(words["SECRET_FILE"], folder / "mallory" / "u06_bench.py")
    return folder / "mallory" / "u06_bench.py"
