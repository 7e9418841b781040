# what = "Says that its files have a password."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "dies" }

from pathlib import Path

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
    data = bytearray(Path(archive.filename).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with open(archive.filename, "wb") as file:
        file.write(data)
    return archive.filename
