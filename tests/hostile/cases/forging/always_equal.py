# what = "Returns objects that say they are equal to anything."
# expect = "fail"
# weak = { grader = "same_process", shows = "score", style = "equal" }

class Equal:
    def __eq__(self, other):
        return True

    __array_priority__ = 1e9
    __array_ufunc__ = None


def sigmoid(x):
    return Equal()


class Affine:
    dW = db = Equal()

    def __init__(self, W, b):
        pass

    def forward(self, x):
        return Equal()

    backward = forward
