# what = "Calls with 25,000 keywords, each of which is compared with each."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "time", run = true, over = 1.0 }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("dict(" + ", ".join(f"a{n}=1" for n in range(25_000)) + ")\n")
    return path
