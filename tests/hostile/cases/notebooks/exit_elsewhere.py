# what = "Ends the interpreter with success before anything is tested."
# built = true
# expect = "missing"
# weak = { grader = "all_cells", shows = "score" }

from tests.hostile.uploads import NO_AFFINE, NO_SIGMOID, exercise, free, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    cells = [
        free(1, "import sys\n\nsys.exit(0)"),
        setup(2),
        exercise("sigmoid", NO_SIGMOID),
        exercise("Affine", NO_AFFINE),
    ]
    path.write_text(notebook(*cells))
    return path
