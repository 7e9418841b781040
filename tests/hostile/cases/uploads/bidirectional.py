# what = "Turns the direction of a line, so that it reads as a comment."
# built = true
# expect = "rejected"
# weak = { grader = "quick_look", shows = "taken", run = true }

from tests.hostile.uploads import right


def build(folder, words):
    (folder / "u06_bench.py").write_bytes("x = 1  # \u202e\u2066 if harmless\u2069 \u2066\n".encode() + right(words).encode())
    return folder / "u06_bench.py"
