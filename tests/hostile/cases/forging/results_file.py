# what = "Writes a results file with full points and ends the process."
# expect = "flagged"
# flags = ["builtin", "system"]
# weak = { grader = "same_process", shows = "score" }

import json
import os

for name in ("results.json", "report.json", "/tmp/results.json"):
    with open(name, "w") as file:
        json.dump({"score": 7, "max_score": 7, "verdict": "pass"}, file)
os._exit(0)
