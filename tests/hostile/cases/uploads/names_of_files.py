# what = "Is a class in which one file's name is no text."
# built = true
# expect = { kim = "pass", mallory = "pass" }
# earns = 7
# weak = { grader = "whole_class", shows = "dies" }

import os

from tests.hostile.uploads import right


def build(folder, words):
    for student, name in ((b"kim", b"u06_bench.py"), (b"mallory", b"\xff\xff u06_bench.py")):
        os.makedirs(os.fsencode(folder) + b"/" + student)
        with open(os.fsencode(folder) + b"/" + student + b"/" + name, "w") as file:
            file.write(right(words))
    return folder
