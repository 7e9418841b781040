def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("x = " + "-" * 100_000 + "1\n")
    return path
