# what = "Imports a name of 30,000 parts, of which the parser keeps every beginning."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "memory", run = true, over = 400 }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("import a" + ".a" * 30_000 + "\n")
    return path
