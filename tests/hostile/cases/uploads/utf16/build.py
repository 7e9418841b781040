import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    (folder / "u06_bench.py").write_bytes(right.encode("utf-16"))
    return folder / "u06_bench.py"
