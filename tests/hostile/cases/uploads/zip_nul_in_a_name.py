# what = "Holds a name with a NUL byte, which ends it for some programs."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "dies" }

from pathlib import Path

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        name = "harmless.txt0.py"
        archive.writestr(name, "x = 1")
    data = Path(archive.filename).read_bytes().replace(name.encode(), b"harmless.txt\0.py")
    with open(archive.filename, "wb") as file:
        file.write(data)
    return archive.filename
