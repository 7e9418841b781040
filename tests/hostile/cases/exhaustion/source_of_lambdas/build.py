def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("f = lambda: 0\n" * 18_000)
    return path
