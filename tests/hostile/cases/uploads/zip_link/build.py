import stat
import zipfile
from pathlib import Path


def build(folder, words):
    path = folder / "mallory.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive, words, "import numpy as np\n\n\n" + words["HONEST"])
    return path


def fill(archive, words, right):
    info = zipfile.ZipInfo("u06_bench.py")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, words["SECRET_FILE"])
