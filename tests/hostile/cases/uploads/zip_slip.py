# what = "Holds a name that leads out of its folder."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "outside" }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        archive.writestr("../../evil.py", "x = 1")
    return archive.filename
