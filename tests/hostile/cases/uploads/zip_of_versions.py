# what = "Holds 24 files of one unit, each of 250 KB that Python needs 100 MB to read."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "files", over = 20 }

from tests.hostile.uploads import zipped


def build(folder, words):
    with zipped(folder) as archive:
        for place in range(24):
            archive.writestr(f"{place}/u06_bench.py", "a\n" * 125_000 + f"N = {place}\n")
    return archive.filename
