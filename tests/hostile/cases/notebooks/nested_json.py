# what = "Nests a hundred thousand brackets."
# built = true
# expect = "rejected"
# weak = { grader = "all_cells", shows = "dies" }

def build(folder, words):
    path = folder / "u06_bench.ipynb"
    path.write_text("[" * 100_000 + "]" * 100_000)
    return path
