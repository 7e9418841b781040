# what = "Stands in the middle of a class with patterns that take all the memory of whoever compiles them."
# built = true
# expect = { kim = "pass", mallory = "rejected", park = "pass" }
# weak = { grader = "whole_class", shows = "memory", over = 400 }

from tests.hostile.uploads import right, students


def build(folder, words):
    pattern = ",".join(f"a{number}" for number in range(200))
    mallory = "match []:\n" + f" case [{pattern}]: 0\n" * 250
    return students(folder / "class", kim=right(words), mallory=mallory, park=right(words) + "\n# park\n")
