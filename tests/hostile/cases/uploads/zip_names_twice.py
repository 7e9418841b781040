# what = "Holds one name twice, with different contents."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "taken" }

import warnings

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr("u06_bench.py", right(words))
            archive.writestr("u06_bench.py", "x = 1")
    return archive.filename
