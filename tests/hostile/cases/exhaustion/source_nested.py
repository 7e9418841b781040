# what = "Nests a hundred thousand operators."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "dies", run = true }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("x = " + "-" * 100_000 + "1\n")
    return path
