# what = "Writes the results when the interpreter ends, after the grader has written its own."
# expect = "flagged"
# flags = ["import", "builtin"]
# weak = { grader = "same_process", shows = "score", tidy = true }

import atexit


@atexit.register
def late():
    with open("results.json", "w") as file:
        file.write('{"score": 7}')
