# what = "Ignores signals and catches every exception, the one of an alarm too."
# expect = "flagged"
# earns = 4
# flags = ["import"]
# endings = { sigmoid = "limit" }
# weak = { grader = "same_process", shows = "time", alarm_s = 0.5, cap_s = 1.8 }

import numpy as np


@@HONEST@@


import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU):
    signal.signal(number, signal.SIG_IGN)


def sigmoid(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
