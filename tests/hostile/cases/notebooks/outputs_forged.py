# what = "Brings the outputs of a run in which everything passed."
# built = true
# expect = "missing"
# weak = { grader = "all_cells", shows = "score" }

from tests.hostile.uploads import NO_AFFINE, NO_SIGMOID, check, exercise, notebook, setup


def build(folder, words):
    path = folder / "u06_bench.ipynb"
    passed = {"output_type": "display_data", "data": {"score": 7, "text/plain": "7/7 passed"}, "metadata": {}}
    cells = [
        setup(),
        exercise("sigmoid", NO_SIGMOID),
        exercise("Affine", NO_AFFINE),
        check("sigmoid", "check()", outputs=(passed,)),
    ]
    path.write_text(notebook(*cells))
    return path
