import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    os.mkfifo(folder / "u06_bench.py")
    return folder
