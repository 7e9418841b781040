# what = "Is UTF-16, which a look at its bytes does not read."
# built = true
# expect = "rejected"
# weak = { grader = "quick_look", shows = "dies", run = true }

from tests.hostile.uploads import right


def build(folder, words):
    (folder / "u06_bench.py").write_bytes(right(words).encode("utf-16"))
    return folder / "u06_bench.py"
