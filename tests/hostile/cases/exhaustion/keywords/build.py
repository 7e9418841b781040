def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("dict(" + ", ".join(f"a{n}=1" for n in range(25_000)) + ")\n")
    return path
