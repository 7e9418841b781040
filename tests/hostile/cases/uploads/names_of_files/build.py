import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    for student, name in ((b"kim", b"u06_bench.py"), (b"mallory", b"\xff\xff u06_bench.py")):
        os.makedirs(os.fsencode(folder) + b"/" + student)
        with open(os.fsencode(folder) + b"/" + student + b"/" + name, "w") as file:
            file.write(right)
    return folder
