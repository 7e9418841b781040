import stat
import zipfile
from pathlib import Path


def build(folder, words):
    path = folder / "mallory.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive, words, "import numpy as np\n\n\n" + words["HONEST"])
    return path


def fill(archive, words, right):
    archive.writestr("u06_bench.py", right)
    archive.writestr("a/" * 40 + "b.py", "x = 1")
