# what = "Has a name of 24,000 combining marks in a cell with six commands, each of which has the cell read again."
# built = true
# expect = "rejected"
# earns = 0
# weak = { grader = "all_cells", shows = "time", over = 0.5 }

import json


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    source = "%ls\n" * 6 + "a" + "\u0301\u0316" * 12_000 + " = 1\n"
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path
