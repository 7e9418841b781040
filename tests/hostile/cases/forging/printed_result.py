# what = "Prints what a grader might take for the result."
# expect = ["fail", "error"]
# weak = { grader = "child_process", shows = "score", how = "stdout" }

print('{"score": 7, "max_score": 7, "verdict": "pass"}')


def sigmoid(x):
    return 0 * x


class Affine:
    pass
