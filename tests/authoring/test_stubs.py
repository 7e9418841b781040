"""Stubs: every answer is taken out, everything else stays, and what is left still runs."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from graders.authoring.stubs import (
    docstrings_of,
    make_stub,
    public_lines,
    public_subtrees,
    segments,
    solution_lines,
    solution_subtrees,
    with_docstrings,
)
from graders.courses.course import Course
from graders.messages.errors import CourseError

ROOT = Path(__file__).parents[2]


def stub(source: str, *symbols: str) -> str:
    text = make_stub(dedent(source), symbols, "header")
    compile(text, "stub.py", "exec")
    return text


def body(source: str, *symbols: str) -> str:
    """The stub without its header."""
    return stub(source, *symbols).removeprefix('"""header"""\n\n')


# --- whole bodies ---


def test_stub_keeps_the_docstring_and_drops_the_body() -> None:
    source = '''
    def relu(x):
        """max(0, x),

        entry by entry.
        """
        mask = x > 0
        return x * mask
    '''
    assert body(source, "relu") == dedent('''\
        def relu(x):
            """max(0, x),

            entry by entry.
            """
            # YOUR CODE HERE
            raise NotImplementedError
        ''')


def test_whole_body_goes_without_a_docstring() -> None:
    assert body("def f(x):\n    y = x\n    return y\n", "f").splitlines()[1:] == [
        "    # YOUR CODE HERE",
        "    raise NotImplementedError",
    ]


def test_function_when_it_is_nobodys_exercise_then_it_stays() -> None:
    source = "def given(x):\n    return x + 1\n\n\ndef f(x):\n    return given(x)\n"
    assert "return x + 1" in body(source, "f")
    assert "return given" not in body(source, "f")


def test_function_when_it_holds_another_then_both_bodies_go() -> None:
    source = '''
    def f(x):
        """Doc."""
        def inner(y):
            """Telling."""
            return y ** 2
        return inner(x)
    '''
    assert "inner" not in body(source, "f")


def test_function_when_decorated_then_the_decorator_stays() -> None:
    source = "import functools\n\n\n@functools.cache\n@staticmethod\ndef f(\n    x,\n    y=1,\n):\n    return x * y\n"
    text = body(source, "f")
    assert "@functools.cache\n@staticmethod\ndef f(\n    x,\n    y=1,\n):\n    # YOUR CODE HERE" in text
    assert "x * y" not in text


def test_comments_when_they_stand_in_a_body_then_they_go_with_it() -> None:
    source = '''
    def f(x):
        """Doc."""

        # first comment: square it

        # second comment
        return x * x
        # last comment: that was x * x

    # about g
    def g(x):
        # opening comment
        return x
    '''
    text = body(source, "f", "g")
    assert "comment" not in text
    assert "# about g\ndef g(x):" in text


def test_several_lines_of_one_statement_all_go() -> None:
    source = "def f(x):\n    return (\n        x\n        + 1\n    )\n\n\ny = 2\n"
    assert body(source, "f").splitlines() == [
        "def f(x):",
        "    # YOUR CODE HERE",
        "    raise NotImplementedError",
        "",
        "",
        "y = 2",
    ]


def test_function_on_one_line_is_told_to_the_author() -> None:
    with pytest.raises(CourseError, match="Line 1 of the solution: f has its body on the line of its head"):
        make_stub("def f(x): return x * 2\n", ["f"], "header")


def test_body_after_the_brackets_is_told_to_the_author() -> None:
    with pytest.raises(CourseError, match="Line 2 of the solution: f has its body on the line of its head"):
        make_stub("def f(\n    x): return x * 2\n", ["f"], "header")


# --- classes ---

CLASS = '''
class Affine:
    """x W + b."""

    kind = "layer"

    def __init__(self, W):
        self.W = W

    def forward(self, x):
        """Forward."""
        return x @ self.W

    def backward(self, dout):
        return dout @ self.W.T

    class Inner:
        def secret(self):
            return "inner secret"
'''


def test_class_when_it_is_the_exercise_then_every_method_goes() -> None:
    text = body(CLASS, "Affine")
    assert text.count("raise NotImplementedError") == 4
    assert "@" not in text
    assert "inner secret" not in text
    assert 'kind = "layer"' in text
    assert '"""Forward."""' in text


def test_other_methods_stay_beside_one_that_is_the_exercise() -> None:
    text = body(CLASS, "Affine.backward")
    assert "return x @ self.W" in text
    assert "dout @" not in text
    assert text.count("raise NotImplementedError") == 1


def test_class_when_two_methods_are_exercises_then_both_go() -> None:
    text = body(CLASS, "Affine.forward", "Affine.backward")
    assert "self.W = W" in text
    assert text.count("raise NotImplementedError") == 2


# --- markers ---

MARKED = '''
class Affine:
    """x W + b."""

    def __init__(self, W):
        self.W = W

    def forward(self, x):
        self.x = x
        ### BEGIN SOLUTION
        return x @ self.W
        ### END SOLUTION


def helper(x):
    """Given, but for one line."""
    ### BEGIN SOLUTION
    x = x + 1
    ### END SOLUTION
    return x


def loss(y):
    return -y
'''


def test_only_what_markers_hold_goes() -> None:
    text = body(MARKED, "Affine", "loss")
    assert "self.W = W" in text
    assert "self.x = x\n        # YOUR CODE HERE\n        raise NotImplementedError\n" in text
    assert "return -y" not in text


def test_markers_in_given_code_lose_what_they_hold() -> None:
    assert "x + 1" not in body(MARKED, "Affine")


def test_stub_when_made_then_no_marker_is_left() -> None:
    assert "SOLUTION" not in stub(MARKED, "Affine", "loss")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1\n### END SOLUTION\n", "Line 2 of the solution has '### END SOLUTION' without '### BEGIN"),
        ("### BEGIN SOLUTION\nx = 1\n", "Line 1 of the solution has '### BEGIN SOLUTION' without '### END"),
        (
            "### BEGIN SOLUTION\nx = 1\n### BEGIN SOLUTION\ny = 1\n### END SOLUTION\n",
            "Line 1 of the solution has '### BEGIN SOLUTION' without '### END",
        ),
    ],
)
def test_markers_when_unpaired_then_the_line_is_named(source: str, sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        make_stub(source, [], "header")


# --- the module ---


def test_header_takes_the_place_of_the_solutions_docstring() -> None:
    text = stub('"""Reference: the answer\n\nis below."""\n\nimport math\n')
    assert text == '"""header"""\n\nimport math\n'


def test_each_segment_keeps_its_comments() -> None:
    head = '"""Doc."""\nfrom __future__ import annotations\nimport math\n'
    source = head + "\n# the constant\nA = 1\n\n# about f\n@f\ndef f():\n    pass\n"
    assert [(one.kind, one.name, one.text) for one in segments(source)] == [
        ("import", "", "import math"),
        ("code", "", "# the constant\nA = 1"),
        ("symbol", "f", "# about f\n@f\ndef f():\n    pass"),
    ]


@pytest.mark.parametrize("unit", Course(ROOT).units)
def test_course_when_its_stubs_are_made_then_no_answer_is_left(unit: str) -> None:
    course = Course(ROOT)
    source, spec = course.solution(unit), course.spec(unit)
    text = make_stub(source, spec.exercises, unit)
    answers = solution_lines(source, spec.exercises)
    given = set(public_lines(spec.source)) | lines_outside(source, answers)
    assert not (answers - given) & set(public_lines(text))
    assert text.count("raise NotImplementedError") >= len(spec.exercises)


def lines_outside(source: str, answers: frozenset[str]) -> set[str]:
    """Lines of an answer that stand in the solution more than once, so in given code perhaps too."""
    lines = list(public_lines(source))
    return {line for line in answers if lines.count(line) > 1}


# --- what tells something ---


def test_short_or_given_solution_lines_tell_nothing() -> None:
    source = (
        "A = compute_something(of, some, length)\n\n\ndef f(x):\n    y = x\n    return np.where(x > 0, x, 0.01 * x)\n"
    )
    assert solution_lines(source, ["f"]) == {"returnnp.where(x>0,x,0.01*x)"}


def test_public_lines_of_a_notebook_read_like_code() -> None:
    assert list(public_lines('   "return np.where(x > 0, \\"a\\", y)  # why\\n",')) == ['returnnp.where(x>0,"a",y)']


def test_expression_laid_out_anew_is_the_same_subtree() -> None:
    source = "def f(x):\n    return np.where(x > 0, x, 0.01 * x)\n"
    moved = "print(\n  np.where(\n    x > 0,\n    x, 0.01 * x))\n"
    assert solution_subtrees(source, ["f"]).keys() & public_subtrees(moved)


def test_subtree_in_given_code_is_no_secret() -> None:
    assert solution_subtrees("y = np.where(x > 0, x, 0.01 * x)\n\n\ndef f(x):\n    return x\n", ["f"]) == {}


def test_stub_when_parsed_then_every_exercise_is_still_defined() -> None:
    tree = ast.parse(stub(CLASS + MARKED.replace("Affine", "Other"), "Affine", "Other", "loss"))
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)] == [
        "Affine",
        "Other",
        "helper",
        "loss",
    ]


def test_decorator_goes_with_the_function_that_begins_a_body() -> None:
    source = "def f(x):\n    @secret_decorator\n    def inner():\n        return x\n    return inner\n"
    assert "secret_decorator" not in body(source, "f")


def test_statement_on_the_docstrings_line_is_told_to_the_author() -> None:
    with pytest.raises(CourseError, match="f has its body on the line of its head or docstring"):
        make_stub('def f(x):\n    """Doc."""; return x * 2\n', ["f"], "header")


def test_comment_of_the_next_method_stays() -> None:
    source = "class A:\n    def f(self):\n        return 1\n        # inside\n"
    source += "\n    # about g\n    def g(self):\n        return 2\n"
    text = body(source, "A.f")
    assert "inside" not in text
    assert "    # about g\n    def g(self):\n        return 2\n" in text


def test_docstring_when_it_ends_with_a_hash_then_it_stays() -> None:
    source = 'def f(x):\n    """Doc,\n    # with a list"""\n    return x\n'
    assert '"""Doc,\n    # with a list"""' in body(source, "f")


TWO = '''class Affine:
    """y = xW."""

    def forward(self, x):
        """One line.

        And more.
        """
        return x

    def backward(self, dout):
        return dout


def relu(x):
    "plain"
    return x
'''


@pytest.mark.parametrize(
    "text",
    ["하나", "첫 줄\n\n둘째 (N, D)", 'quotes """ and "', "back\\slash \\n", "ends with \\", 'in "S1"', 'a\n\n""""'],
)
def test_docstring_put_in_reads_as_given_beside_the_same_code(text: str) -> None:
    put = with_docstrings(TWO, {"Affine": text, "Affine.forward": text, "relu": text, "absent": text})
    assert docstrings_of(put) == dict.fromkeys(("Affine", "Affine.forward", "relu"), text)
    back = with_docstrings(put, docstrings_of(TWO))
    assert ast.dump(ast.parse(back)) == ast.dump(ast.parse(TWO))
