# what = "Declares a parameter global in a cell too long to be compiled on the platform, in the middle of a class."
# built = true
# expect = { kim = "pass", mallory = "error", park = "pass" }
# weak = { grader = "whole_class", shows = "dies" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, free, notebook, right, setup, students

LONG = "def f(x):\n    global x\n\n\ny = f(1)\n# " + " ".join(["for"] * 2_100)


def build(folder, words):
    cells = [setup(), exercise("sigmoid", SIGMOID), exercise("Affine", AFFINE)]
    mallory, park = notebook(*cells, free(9, LONG)), notebook(*cells)
    return students(folder, kim=right(words), mallory=mallory, park=park)
