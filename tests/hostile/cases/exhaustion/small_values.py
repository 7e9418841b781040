# what = "Sends 60 MB of small values, for whoever reads them to read them one by one."
# expect = "rejected"
# earns = 4
# flags = ["system"]
# endings = { sigmoid = "rejected", Affine = "pass" }
# weak = { grader = "child_process", shows = "time", how = "frames", cap_s = 1.8 }

import numpy as np


@@HONEST@@


import json
import os
import struct


def sigmoid(x):
    meta = {"kind": "output", "key": "zero#0", "output": "out", "tree": ["l", [["n"]] * 9990]}
    text = json.dumps({"__metadata__": {"deepgrade": json.dumps(meta)}}).encode()
    frame = struct.pack("<QQ", 8 + len(text), len(text)) + text
    for _ in range(500):
        view = memoryview(frame)
        while view:
            view = view[os.write(3, view) :]
    return x
