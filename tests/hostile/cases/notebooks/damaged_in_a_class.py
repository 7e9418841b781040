# what = "Is a damaged notebook in the middle of a class."
# built = true
# expect = { kim = "pass", mallory = "rejected", park = "pass" }
# weak = { grader = "whole_class", shows = "dies" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, notebook, right, setup, students


def build(folder, words):
    park = notebook(setup(), exercise("sigmoid", SIGMOID), exercise("Affine", AFFINE))
    return students(folder, kim=right(words), mallory='{"cells": [{"cell_type": "code", "source": "x', park=park)
