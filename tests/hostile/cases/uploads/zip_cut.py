# what = "Ends in the middle, as an upload that was interrupted."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "dies" }

from pathlib import Path

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
    data = Path(archive.filename).read_bytes()
    with open(archive.filename, "wb") as file:
        file.write(data[: len(data) // 2])
    return archive.filename
