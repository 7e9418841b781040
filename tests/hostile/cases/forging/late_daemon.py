# what = "Leaves a daemon that writes the results after the grader has written its own."
# expect = "flagged"
# flags = ["system"]
# weak = { grader = "same_process", shows = "score", linger_s = 0.5 }

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.25)
        for name in ("results.json", "@@MARKER@@"):
            try:
                with open(name, "w") as file:
                    file.write('{"score": 7}')
            except OSError:
                pass
    os._exit(0)
