import os


def build(folder, words):
    right = "import numpy as np\n\n\n" + words["HONEST"]
    names = [b"=1+1", b"@SUM(A1)", b"-rf", b"<script>alert(1)<", b"a\nb", b"\x1b[31mred", b"\xff\xfe", "\ub2e4\uc74c".encode()]
    for name in names:
        os.makedirs(os.fsencode(folder) + b"/" + name)
        with open(os.fsencode(folder) + b"/" + name + b"/u06_bench.py", "w") as file:
            file.write(right)
    return folder
