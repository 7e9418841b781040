def build(folder, words):
    path = folder / "u06_bench.py"
    pattern = ",".join(f"a{number}" for number in range(200))
    path.write_text("match []:\n" + f" case [{pattern}]: 0\n" * 250)
    return path
