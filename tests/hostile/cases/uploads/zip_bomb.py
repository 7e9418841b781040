# what = "Holds 45 MB of spaces in 45 KB."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "files", over = 41943040 }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words) + " " * (45 << 20))
    return archive.filename
