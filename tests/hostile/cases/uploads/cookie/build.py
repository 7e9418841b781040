import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    (folder / "u06_bench.py").write_bytes(b"# coding: utf-7\n# +AAo-open('" + words["MARKER"].encode() + b"', 'w').close()\n")
    return folder / "u06_bench.py"
