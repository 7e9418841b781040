# what = "Holds 5,500 files."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "files", over = 5400 }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        for place in range(5500):
            archive.writestr(f"{place}.txt", "")
    return archive.filename
