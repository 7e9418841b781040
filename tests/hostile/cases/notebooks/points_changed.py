# what = "Gives its own cells the points."
# built = true
# expect = "missing"
# weak = { grader = "all_cells", shows = "score" }

from tests.hostile.uploads import NO_AFFINE, NO_SIGMOID, exercise, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    mine = {"points": 50, "solution": True, "grade": True}
    cells = [
        setup(),
        exercise("sigmoid", NO_SIGMOID, nbgrader=mine),
        exercise("Affine", NO_AFFINE, nbgrader=mine),
    ]
    path.write_text(notebook(*cells))
    return path
