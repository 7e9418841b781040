# what = "Holds a number of 10,000 digits."
# built = true
# expect = "rejected"
# weak = { grader = "all_cells", shows = "dies" }

def build(folder, words):
    path = folder / "u06_bench.ipynb"
    path.write_text('{"cells": [], "nbformat": ' + "1" * 10_000 + "}")
    return path
