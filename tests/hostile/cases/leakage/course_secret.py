# what = "Searches its own memory for the course secret."
# expect = "flagged"
# earns = 7
# flags = ["builtin"]
# weak = { grader = "same_process", shows = "leak" }

import numpy as np


@@HONEST@@


import re


def search():
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(at, 16) for at in line.split()[0].split("-"))
            if " rw" in line and end - start < 1 << 26:
                memory.seek(start)
                yield from re.findall(rb"the secret of the hostile course, [0-9a-f]+", memory.read(end - start))


try:
    print(set(search()))
except OSError as error:
    print(type(error).__name__)
