import zipfile


def build(folder, words):
    path = folder / "mallory.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive, "a\n" * 125_000)
    return path


def fill(archive, long):
    for place in range(24):
        archive.writestr(f"{place}/u06_bench.py", f"{long}N = {place}\n")
