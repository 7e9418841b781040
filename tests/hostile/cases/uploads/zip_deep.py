# what = "Holds a file forty folders deep."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "taken" }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        archive.writestr("a/" * 40 + "b.py", "x = 1")
    return archive.filename
