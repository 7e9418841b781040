# what = "Captures 200 names in each of 250 patterns: no one of them absurd, all of them half a gigabyte."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "quick_look", shows = "memory", run = true, over = 400 }

def build(folder, words):
    path = folder / "u06_bench.py"
    pattern = ",".join(f"a{number}" for number in range(200))
    path.write_text("match []:\n" + f" case [{pattern}]: 0\n" * 250)
    return path
