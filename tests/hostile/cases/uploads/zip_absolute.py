# what = "Holds an absolute name."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "marker" }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        archive.writestr(words["MARKER"], "x = 1")
    return archive.filename
