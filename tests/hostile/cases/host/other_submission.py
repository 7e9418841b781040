# what = "Runs the file that another student handed in."
# expect = "flagged"
# earns = 0
# flags = ["builtin"]
# weak = { grader = "no_sandbox", shows = "score" }

exec(open("@@NEIGHBOUR@@").read())
