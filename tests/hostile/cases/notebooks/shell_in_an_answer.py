# what = "Runs a shell command in the cell of an exercise."
# built = true
# expect = "error"
# earns = 4
# weak = { grader = "all_cells", shows = "marker" }

from tests.hostile.uploads import AFFINE, SIGMOID, exercise, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    cells = [
        setup(),
        exercise("sigmoid", f"!touch '{words['MARKER']}'\n{SIGMOID}"),
        exercise("Affine", AFFINE),
    ]
    path.write_text(notebook(*cells))
    return path
