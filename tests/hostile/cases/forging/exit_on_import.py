# what = "Raises SystemExit(0) on import."
# expect = ["error", "missing"]
# weak = { grader = "same_process", shows = "score" }

raise SystemExit(0)
