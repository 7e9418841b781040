# what = "Changes the tests in its notebook to tests that nothing fails."
# built = true
# expect = "missing"
# weak = { grader = "all_cells", shows = "score" }

from tests.hostile.uploads import NO_AFFINE, NO_SIGMOID, check, exercise, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    cells = [
        setup(),
        exercise("sigmoid", NO_SIGMOID),
        exercise("Affine", NO_AFFINE),
        check("sigmoid", "pass", nbgrader={"grade": True, "points": 7, "grade_id": "u06_bench-sigmoid-check"}),
    ]
    path.write_text(notebook(*cells))
    return path
