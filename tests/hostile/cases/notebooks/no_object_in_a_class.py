# what = "Is a notebook that is a list, in the middle of a class."
# built = true
# expect = { kim = "pass", mallory = "rejected", park = "pass" }
# weak = { grader = "whole_class", shows = "dies" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, notebook, right, setup, students


def build(folder, words):
    park = notebook(setup(), exercise("sigmoid", SIGMOID), exercise("Affine", AFFINE))
    return students(folder, kim=right(words), mallory="[1, 2, 3]", park=park)
