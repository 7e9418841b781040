# what = "Has a name of 40,000 combining marks, whose normal form takes the square of that."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "time", run = true, over = 1.0 }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("a" + "\u0301\u0316" * 20_000 + " = 1\n")
    return path
