# what = "Sends a frame that claims full points."
# expect = "rejected"
# flags = ["system"]
# endings = { sigmoid = "rejected" }
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
    send(frame({}, meta={"kind": "verdict", "key": "zero#0", "score": 7, "verdict": "pass"}))
    return x
