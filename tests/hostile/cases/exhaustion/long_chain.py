# what = "Assigns to a name behind 900 dots, for whoever writes it out by recursion."
# built = true
# expect = "flagged"
# earns = 0
# flags = ["patch"]
# weak = { grader = "quick_look", shows = "dies", unparse = true }

def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("import numpy as np\n\n\ndef sigmoid(x):\n    np" + ".a" * 900 + " = 1\n")
    return path
