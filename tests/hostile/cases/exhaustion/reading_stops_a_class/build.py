def build(folder, words):
    pattern = ",".join(f"a{number}" for number in range(200))
    texts = {
        "kim": f"import numpy as np\n\n\n{words['HONEST']}",
        "mallory": "match []:\n" + f" case [{pattern}]: 0\n" * 250,
        "park": f"import numpy as np\n\n\n{words['HONEST']}\n# park\n",
    }
    for student, text in texts.items():
        (folder / "class" / student).mkdir(parents=True)
        (folder / "class" / student / "u06_bench.py").write_text(text)
    return folder / "class"
