# what = "Holds a NUL byte, at which some readers stop."
# built = true
# expect = "rejected"
# weak = { grader = "quick_look", shows = "dies", run = true }

from tests.hostile.uploads import right


def build(folder, words):
    (folder / "u06_bench.py").write_bytes(right(words).encode() + b"\0\nx = 1\n")
    return folder / "u06_bench.py"
