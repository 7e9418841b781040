def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("match []:\n    case [" + ", ".join(f"a{n}" for n in range(4_000)) + "]:\n        pass\n")
    return path
