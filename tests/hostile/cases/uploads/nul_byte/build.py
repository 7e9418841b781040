import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    (folder / "u06_bench.py").write_bytes(right.encode() + b"\0\nx = 1\n")
    return folder / "u06_bench.py"
