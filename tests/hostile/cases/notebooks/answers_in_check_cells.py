# what = "Replaces the comparing functions in a cell of tests, and hides other answers there."
# built = true
# expect = "missing"
# weak = { grader = "all_cells", shows = "marker" }

from tests.hostile.uploads import NO_AFFINE, NO_SIGMOID, SIGMOID, check, exercise, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    other = SIGMOID + f"\n\n\nnp.allclose = lambda *args: True\nopen('{words['MARKER']}', 'w').close()"
    cells = [
        setup(),
        exercise("sigmoid", NO_SIGMOID),
        exercise("Affine", NO_AFFINE),
        check("sigmoid", other, nbgrader={"grade": True, "points": 7, "grade_id": "u06_bench-sigmoid-check"}),
    ]
    path.write_text(notebook(*cells))
    return path
