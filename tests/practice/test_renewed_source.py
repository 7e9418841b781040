"""A student's Python text and a new release: what they wrote stays, stubs and given code become the new ones."""

from __future__ import annotations

import ast

import pytest

from graders.practice.renewed_source import Renewed, renewed_source

STUB = '''"""u06: layers."""

import numpy as np

EPS = 1e-7


def helper(x):
    """Given."""
    return x


class Affine:
    """y = xW + b"""

    def __init__(self, W, b):
        self.W = W

    def forward(self, x):
        """x: (N, D)"""
        # YOUR CODE HERE
        raise NotImplementedError


def relu(x):
    """max(x, 0)"""
    # YOUR CODE HERE
    raise NotImplementedError
'''
WRITTEN = "        return x @ self.W  # mine"
MINE = STUB.replace("        # YOUR CODE HERE\n        raise NotImplementedError", WRITTEN, 1)
MINE = MINE.replace("EPS = 1e-7\n", "EPS = 1e-7\nmine = [1, 2]\n\n\ndef my_helper():\n    return mine\n")


def renewed(old: str, new: str) -> Renewed:
    found = renewed_source(old, new)
    ast.parse(found.text)
    again = renewed_source(found.text, new)
    assert (again.text, again.updated, again.new) == (found.text, (), ())  # once is enough
    return found


def test_nothing_new_changes_nothing() -> None:
    assert renewed(STUB, STUB) == Renewed(STUB)
    found = renewed(MINE, STUB)
    assert (found.text, found.kept, found.updated, found.new) == (MINE, ("Affine.forward",), (), ())


def test_stub_that_is_not_written_becomes_the_new_one() -> None:
    found = renewed(MINE, STUB.replace("max(x, 0)", "max(x, 0), element by element"))
    assert found.text == MINE.replace("max(x, 0)", "max(x, 0), element by element")
    assert (found.updated, found.kept) == (("relu",), ("Affine.forward",))


def test_new_exercise_stands_after_the_one_it_follows() -> None:
    fresh = "# about tanh\n@np.vectorize\ndef tanh(x):\n    # YOUR CODE HERE\n    raise NotImplementedError\n\n\n"
    found = renewed(MINE, STUB.replace("def relu", fresh + "def relu"))
    assert found.text == MINE.replace("def relu", fresh + "def relu")
    assert found.new == ("tanh",)


def test_new_exercises_at_both_ends_find_their_places() -> None:
    first, last = "def first(): ...\n\n\n", "\n\ndef last(): ...\n"
    found = renewed(MINE, STUB.replace("EPS", first + "EPS") + last)
    assert found.text == MINE.replace("EPS", first + "EPS", 1) + last
    assert renewed("", "def last(): ...\n").text == "def last(): ...\n"


def test_new_method_stands_in_its_class() -> None:
    method = "\n    def backward(self, dout):\n        # YOUR CODE HERE\n        raise NotImplementedError\n"
    found = renewed(MINE, STUB.replace("\n\ndef relu", f"{method}\n\ndef relu"))
    assert found.text == MINE.replace("\n\ndef relu", f"{method}\n\ndef relu")
    assert (found.new, found.kept) == (("Affine.backward",), ("Affine.forward",))


def test_untouched_class_becomes_the_new_one_whole() -> None:
    found = renewed(STUB, STUB.replace("y = xW + b", "y = x W + b").replace("self, W, b", "self, W, b=None"))
    assert "self, W, b)" in found.text  # the given __init__ may be the student's
    found = renewed(STUB, STUB.replace("y = xW + b", "y = x W + b"))
    assert (found.updated, '"""y = x W + b"""' in found.text) == (("Affine",), True)


def test_new_imports_and_constants_are_added() -> None:
    new = STUB.replace("import numpy as np\n", "import math\n\nimport numpy as np\n").replace(
        "EPS = 1e-7", "EPS = 1e-7\nDELTA = 2"
    )
    found = renewed(MINE.replace("import numpy as np", "import numpy as np, os"), new)
    assert found.text.count("import numpy as np, os\nimport math\n") == 1
    assert "DELTA = 2" in found.text
    assert set(found.new) == {"import math", "DELTA"}


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("def forward(self, x):", "def forward(self, x, train=True):", "Affine.forward"),
        ("EPS = 1e-7", "EPS = 1e-8", "EPS"),
        ("    return x\n", "    return 2 * x\n", "helper"),
        ("self.W = W", "self.W = W.copy()", "Affine.__init__"),
    ],
)
def test_other_form_in_the_release_is_told_and_the_students_kept(old: str, new: str, name: str) -> None:
    found = renewed(MINE, STUB.replace(old, new, 1))
    assert found.text == MINE
    assert found.differ == (name,)


def test_remark_in_an_unwritten_stub_is_work() -> None:
    mine = STUB.replace("    # YOUR CODE HERE\n    raise", "    # ask Kim about ties\n    # YOUR CODE HERE\n    raise")
    assert renewed(mine, STUB.replace("max(x, 0)", "new words")).text.count("# ask Kim about ties") >= 1


@pytest.mark.parametrize(
    "odd",
    [
        "class Affine:\n  def __init__(self, W, b): self.W = 2 * W\n",
        "Affine = make_layer()\n",
        "def Affine(): return 1\n",
        "if True:\n    def relu(x): return x\n",
        "from mine import Affine, relu\n",
        "class Affine(Base): pass\nx = 1; relu = lambda x: x\n",
        "class Affine:\n    forward = make()\n    other = 1\n",
    ],
)
def test_odd_texts_lose_no_line(odd: str) -> None:
    try:
        text = renewed_source(odd, STUB).text
    except SyntaxError:
        return  # the file is left alone
    assert [line for line in odd.splitlines() if line not in text] == []
    ast.parse(text)
    assert text.count("def forward") <= 1
    assert "Base" not in text or "def forward" not in text
    assert text.count("relu") == (odd + STUB).count("relu") - ("relu" in odd)  # no stub hides theirs


def test_imports_come_first_and_what_is_new_in_the_order_of_the_release() -> None:
    found = renewed('"""Mine."""\n\n\ndef relu(x):\n    return x\n', STUB)
    order = [found.text.index(one) for one in ("Mine", "import numpy", "EPS", "def helper", "class Affine", "def relu")]
    assert order == sorted(order)


@pytest.mark.parametrize("broken", ["def f(:\n", "x = (", "\tx\n y"])
def test_what_is_no_python_is_refused(broken: str) -> None:
    with pytest.raises(SyntaxError):
        renewed_source(broken, STUB)
