# what = "Writes a result to every open descriptor."
# expect = "rejected"
# flags = ["system"]
# endings = { sigmoid = "rejected" }
# weak = { grader = "child_process", shows = "score", how = "pipe" }

import os


def sigmoid(x):
    for handle in range(3, 256):
        try:
            os.write(handle, b'{"score": 7}\n')
        except OSError:
            pass
    return x
