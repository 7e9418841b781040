def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("a" + "\u0301\u0316" * 20_000 + " = 1\n")
    return path
