# what = "Is right, and brings a link to a secret as a module of its own."
# built = true
# expect = ["pass", "flagged"]
# earns = 7
# weak = { grader = "opened", shows = "leak" }

import os

from tests.hostile.uploads import right


def build(folder, words):
    (folder / "u06_bench.py").write_text("try:\n    import tools\nexcept ImportError:\n    pass\n" + right(words))
    os.symlink(words["SECRET_FILE"], folder / "tools.py")
    os.symlink(words["PRIVATE"], folder / "common")
    return folder
