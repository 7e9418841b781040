# what = "Holds many files, each small enough, of 48 MB together."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "files", over = 41943040 }

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", "".join(f"import part{place}\n" for place in range(30)) + right(words))
        for place in range(30):
            archive.writestr(f"part{place}.py", "# " + "x" * 1_600_000)
    return archive.filename
