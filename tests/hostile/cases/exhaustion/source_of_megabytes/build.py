def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("x = [-1, +2, 3]\n" * 190_000)
    return path
