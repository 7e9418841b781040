# what = "Sends ends of all runs, hidden ones too, before any has begun."
# expect = "rejected"
# flags = ["system"]
# weak = { grader = "child_process", shows = "score", how = "frames" }

import json
import os
import struct


def frame(entries, body=b"", meta=None):
    meta = meta or {"kind": "output", "key": "zero#0", "output": "out", "tree": ["a", 0]}
    text = json.dumps({"__metadata__": {"deepgrade": json.dumps(meta)}, **entries}).encode()
    return struct.pack("<QQ", 8 + len(text) + len(body), len(text)) + text + body


def send(data):
    view = memoryview(data)
    while view:
        view = view[os.write(3, view) :]


def sigmoid(x):
    for key in ("random#0", "random#1", "tails#0", "zero#0"):
        send(frame({}, meta={"kind": "end", "key": key, "crash": None, "overwritten": [], "notes": ["score 7"], "score": 7}))
    return x
