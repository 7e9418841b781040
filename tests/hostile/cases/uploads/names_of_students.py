# what = "Is a class whose students' names are formulas, markup, escapes, options and no text at all."
# built = true
# expect = { "=1+1" = "pass", "@SUM(A1)" = "pass", "-rf" = "pass", "<script>alert(1)<" = "pass", "a\nb" = "pass", "\u001b[31mred" = "pass", "\\xff\\xfe" = "pass", "다음" = "pass" }
# weak = { grader = "whole_class", shows = "dies" }

import os

from tests.hostile.uploads import right


def build(folder, words):
    names = [b"=1+1", b"@SUM(A1)", b"-rf", b"<script>alert(1)<", b"a\nb", b"\x1b[31mred", b"\xff\xfe", "\ub2e4\uc74c".encode()]
    for name in names:
        os.makedirs(os.fsencode(folder) + b"/" + name)
        with open(os.fsencode(folder) + b"/" + name + b"/u06_bench.py", "w") as file:
            file.write(right(words))
    return folder
