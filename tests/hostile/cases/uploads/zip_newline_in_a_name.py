# what = "Holds a name with a line break and an escape sequence."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "taken" }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        archive.writestr("a\n\x1b[31mb.py", "x = 1")
    return archive.filename
