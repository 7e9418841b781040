def build(folder, words):
    path = folder / "u06_bench.py"
    path.write_text("import numpy as np\n\n\ndef sigmoid(x):\n    np" + ".a" * 900 + " = 1\n")
    return path
