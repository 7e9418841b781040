# what = "Returns an object that runs code where it is unpickled."
# expect = "flagged"
# flags = ["builtin"]
# weak = { grader = "child_process", shows = "marker", how = "pickle" }

import pickle


class Bomb:
    def __reduce__(self):
        return eval, ("open('@@MARKER@@', 'w').close() or 1",)


with open("output.pkl", "wb") as file:
    pickle.dump(Bomb(), file)


def sigmoid(x):
    return Bomb()


class Affine:
    def __init__(self, W, b):
        self.dW = self.db = Bomb()

    def forward(self, x):
        return Bomb()

    backward = forward
