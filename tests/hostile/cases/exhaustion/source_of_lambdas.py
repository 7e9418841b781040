# what = "Defines 20,000 functions that look alike, which takes Python the square of that to compile."
# built = true
# expect = ["limit", "error"]
# earns = 0
# weak = { grader = "quick_look", shows = "time", run = true, cap_s = 1.8 }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("f = lambda: 0\n" * 18_000)
    return path
