# what = "Matches a pattern that captures 4,000 names, which the compiler moves past each other."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "memory", run = true, over = 400 }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("match []:\n    case [" + ", ".join(f"a{n}" for n in range(4_000)) + "]:\n        pass\n")
    return path
