# what = "Runs shell commands and magics in a cell of its own."
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
        free(4, f"!touch '{words['MARKER']}'\n%run -i '{words['SECRET_FILE']}'"),
        free(5, f"%%bash\ntouch '{words['MARKER']}'"),
    ]
    path.write_text(notebook(*cells))
    return path
