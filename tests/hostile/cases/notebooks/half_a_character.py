# what = "Holds half of a surrogate pair in its code."
# built = true
# expect = "rejected"
# weak = { grader = "whole_class", shows = "dies" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, free, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    cells = [
        setup(),
        exercise("sigmoid", SIGMOID),
        exercise("Affine", AFFINE),
        free(4, "x = '\ud800'"),
    ]
    path.write_text(notebook(*cells))
    return path
