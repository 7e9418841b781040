import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    (folder / "mallory").mkdir()
    os.symlink(words["SECRET_FILE"], folder / "mallory" / "u06_bench.py")
    return folder / "mallory" / "u06_bench.py"
