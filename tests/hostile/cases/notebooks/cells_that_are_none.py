# what = "Has cells that are no cells."
# built = true
# expect = "rejected"
# weak = { grader = "all_cells", shows = "dies" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    cells = [
        setup(),
        exercise("sigmoid", SIGMOID),
        exercise("Affine", AFFINE),
        7,
        None,
        [],
    ]
    path.write_text(notebook(*cells))
    return path
