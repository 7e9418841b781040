import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    (folder / "u06_bench.py").write_text("try:\n    import tools\nexcept ImportError:\n    pass\n" + right)
    os.symlink(words["SECRET_FILE"], folder / "tools.py")
    os.symlink(words["PRIVATE"], folder / "common")
    return folder
