# what = "Holds two names that are one where case does not count."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "taken" }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", "x = 1")
        archive.writestr("U06_Bench.py", right(words))
    return archive.filename
