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
    archive.close()
    data = Path(archive.filename).read_bytes()
    with open(archive.filename, "wb") as file:
        file.write(data[: len(data) // 2])
