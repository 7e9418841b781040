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
    for place in range(5500):
        archive.writestr(f"{place}.txt", "")
