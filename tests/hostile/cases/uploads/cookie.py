# what = "Declares an encoding in which a comment holds code."
# built = true
# expect = "rejected"
# weak = { grader = "quick_look", shows = "marker", run = true }

def build(folder, words):
    (folder / "u06_bench.py").write_bytes(b"# coding: utf-7\n# +AAo-open('" + words["MARKER"].encode() + b"', 'w').close()\n")
    return folder / "u06_bench.py"
