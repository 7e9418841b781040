import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    os.symlink(words["NEIGHBOUR"], folder / "u06_bench.py")
    return folder
