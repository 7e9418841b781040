def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("import a" + ".a" * 30_000 + "\n")
    return path
