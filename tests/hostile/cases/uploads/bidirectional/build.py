import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    (folder / "u06_bench.py").write_bytes("x = 1  # \u202e\u2066 if harmless\u2069 \u2066\n".encode() + right.encode())
    return folder / "u06_bench.py"
