# what = "Writes a file in a cell of its own, beside right answers."
# built = true
# expect = "pass"
# earns = 7
# weak = { grader = "all_cells", shows = "marker" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, free, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    cells = [
        setup(),
        exercise("sigmoid", SIGMOID),
        exercise("Affine", AFFINE),
        free(4, f"open('{words['MARKER']}', 'w').close()"),
    ]
    path.write_text(notebook(*cells))
    return path
