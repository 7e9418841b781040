# what = "Is a file of 3 MB of Python."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "time", run = true, over = 1.0 }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("x = [-1, +2, 3]\n" * 190_000)
    return path
