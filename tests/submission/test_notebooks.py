"""A notebook becomes the module of its definitions, whatever happened to its cells."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from graders.messages.errors import SubmissionError
from graders.submission import Source, Submission, load_submission
from tests.submission.samples import AFFINE, UNITS, code, notebook, text_cell, write

RELU = "def relu(x):\n    return x * (x > 0)\n"


def loaded(tmp_path: Path, *cells: dict[str, Any], **options: Any) -> Submission:
    write(tmp_path, {"u06_backprop.ipynb": notebook(*cells, **options)})
    return load_submission(tmp_path / "u06_backprop.ipynb", units=UNITS)


def source(submission: Submission) -> Source:
    return submission.sources["u06_backprop"]


def run(submission: Submission) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(compile(source(submission).text, "module", "exec", dont_inherit=True), namespace)
    return namespace


def notes(submission: Submission) -> list[str]:
    return [note.id for note in submission.notes]


def test_notebook_of_ours_when_finished_gives_its_answers(tmp_path: Path) -> None:
    submission = loaded(
        tmp_path,
        text_cell("# 역전파"),
        code("# 먼저\n%load_ext graders\n%deepgrade u06_backprop --lang ko\nimport numpy as np", "setup"),
        code("EPS = 1e-7\n", "given"),
        code(AFFINE, "exercise", "Affine"),
        code("# 답을 확인합니다.\n%check Affine", "check", "Affine"),
        code("def shown_in_lesson():\n    pass\n", "lesson"),
    )
    namespace = run(submission)
    assert namespace["Affine"]().forward(3) == 3
    assert namespace["EPS"] == 1e-7
    assert "shown_in_lesson" not in namespace
    assert (submission.notes, submission.language, submission.units) == ((), "ko", ("u06_backprop",))


def test_missing_metadata_and_sources_as_lists_are_read_alike(tmp_path: Path) -> None:
    cell = code("") | {"source": RELU.splitlines(keepends=True)}
    submission = loaded(tmp_path, code("%check relu"), cell, unit="")
    assert run(submission)["relu"](-1) == 0
    assert submission.language is None


def test_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    content = {"worksheets": [{"cells": [{"cell_type": "code", "input": RELU}]}], "nbformat": 3}
    write(tmp_path, {"u06_backprop.ipynb": json.dumps(content)})
    assert run(load_submission(tmp_path, units=UNITS))["relu"](2) == 2


def test_statements_that_do_something_are_dropped(tmp_path: Path) -> None:
    text = (
        "import numpy as np\n"
        "if W0 := True:\n    import math\n"
        "if np.pi > 3:\n    import cmath as c\n"
        "W, b = 3, (1, -2.5)\n"
        "rate: float = 10 ** -3\n"
        "HALF = rate / 2; TAU = 2 * np.pi\n"
        "square = lambda x: x * x\n"
        "power = square\n"
        "x = np.zeros(3)\n"
        "y = x\n"
        "print(W)\n"
        "for i in range(10**9):\n    pass\n"
        "while True: pass\n"
        "with open('f') as f: pass\n"
        "if __name__ == '__main__':\n    print(1)\n"
        "W += 1\n"
        "np.allclose = lambda *a: True\n"
        "assert False\n"
        "raise SystemExit\n"
    )
    namespace = run(loaded(tmp_path, code(text)))
    assert (namespace["W"], namespace["b"], namespace["rate"]) == (3, (1, -2.5), 10**-3)
    assert "c" in namespace
    assert (namespace["HALF"], namespace["power"](3)) == (0.0005, 9)
    assert not {"x", "y", "i", "f"} & namespace.keys()


def test_statements_on_one_line_are_told_apart(tmp_path: Path) -> None:
    submission = loaded(tmp_path, code("import numpy as np; print('가'); N = 3; print(N)\n"))
    assert source(submission).text == "import numpy as np\nN = 3\n"


@pytest.mark.parametrize(
    "text",
    [
        "import math \\\n\ndef f(x):\n    return math.sqrt(x)",
        "import math; \\\nprint(1)\ndef f(x):\n    return math.sqrt(x)",
        "print(1); \\\n    import math\ndef f(x):\n    return math.sqrt(x)",
        "print(1)\\\n ; import math\ndef f(x):\n    return math.sqrt(x)",
        "import math\ndef f(x):\n    return math.sqrt(x)\nprint(1)\\\n ; f = f",
        "import math # not a line that goes on \\\ndef f(x):\n    return math.sqrt(x)",
    ],
)
def test_statement_that_leans_on_the_next_line_stands_alone(tmp_path: Path, text: str) -> None:
    submission = loaded(tmp_path, code("x = print()\n" + text), code(RELU))
    namespace = run(submission)
    assert (namespace["f"](4), namespace["relu"](3)) == (2, 3)
    line = source(submission).text.split("\n").index("def relu(x):") + 1
    assert source(submission).lines[line] == (2, 1)


def test_imports_stay_where_they_may_matter(tmp_path: Path) -> None:
    text = (
        "from google.colab import drive\n"
        "import matplotlib.pyplot as plt\n"
        "import math\n"
        "from common.layers import *\n"
        "from u04_forward import relu\n"
        "try:\n    import cupy\nexcept ImportError:\n    cupy = None\n"
        "try:\n    import tqdm\nexcept ImportError:\n    !pip install tqdm\n"
        "def f(x):\n    return math.sin(x), cupy\n"
    )
    kept = source(loaded(tmp_path, code(text))).text
    assert "import math" in kept
    assert "import cupy" in kept
    assert "from common.layers import *" in kept
    assert "from u04_forward import relu" in kept
    assert not any(name in kept for name in ("google", "matplotlib", "tqdm"))


def test_future_import_in_a_late_cell_comes_first(tmp_path: Path) -> None:
    submission = loaded(tmp_path, code("import numpy as np"), code("from __future__ import annotations\n" + RELU))
    assert source(submission).text.startswith("from __future__ import annotations\n")
    assert run(submission)["relu"](1) == 1


def test_lines_of_the_module_lead_back_to_their_cells(tmp_path: Path) -> None:
    submission = loaded(
        tmp_path, text_cell("x"), code("\nprint(1)\nimport numpy as np"), code("print(2)\n@staticmethod\n" + RELU)
    )
    lines = source(submission).text.split("\n")
    places = source(submission).lines
    assert places[lines.index("import numpy as np") + 1] == (2, 3)
    assert places[lines.index("def relu(x):") + 1] == (3, 3)
    line_of = source(submission).line_of
    assert line_of(lines.index("@staticmethod") + 1) == {"id": "source.place", "params": {"cell": 3, "line": 2}}
    assert line_of(999) == 999


def test_duplicated_cells_last_one_wins_with_a_note(tmp_path: Path) -> None:
    other = RELU.replace("x * (x > 0)", "0")
    submission = loaded(tmp_path, code(RELU, "exercise", "relu"), code(other, "exercise", "relu"))
    assert run(submission)["relu"](5) == 0
    assert [(note.id, note.params["cells"]) for note in submission.notes] == [("notebook.duplicate", "1, 2")]


def test_moved_renamed_and_deleted_cells_keep_what_is_defined(tmp_path: Path) -> None:
    renamed = code(RELU, "exercise", "Renamed", id="what-ever")
    submission = loaded(tmp_path, renamed, code("import numpy as np", "setup"), unit="u99_nothing")
    assert {"relu", "np"} <= run(submission).keys()


def test_definitions_in_a_check_cell_are_left_out_with_a_note(tmp_path: Path) -> None:
    submission = loaded(tmp_path, code("x = 1"), code("%check relu\n" + RELU, "check", "relu"))
    assert "relu" not in source(submission).text
    assert [(note.id, note.params["names"]) for note in submission.notes] == [("notebook.in_check_cell", "relu")]


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ({"id": "check-relu"}, False),
        ({"id": "lesson-2"}, False),
        ({"id": "run-1"}, False),
        ({"metadata": {"deepgrade": {"role": "run"}}}, False),
        ({"metadata": {"nbgrader": {"grade": True, "solution": False, "grade_id": "u06_backprop-relu-check"}}}, False),
        ({"metadata": {"nbgrader": {"grade": True, "solution": True, "grade_id": "u06_backprop-relu"}}}, True),
        ({"metadata": {"deepgrade": ["odd"], "nbgrader": "odd"}, "id": 7}, True),
        ({"metadata": None}, True),
    ],
)
def test_role_of_a_cell_is_found_by_nbgrader_or_id_too(tmp_path: Path, cell: dict[str, Any], taken: bool) -> None:
    submission = loaded(tmp_path, code("x = 1"), code(RELU) | cell)
    assert ("def relu" in source(submission).text) is taken


def test_commands_outside_exercises_are_ignored(tmp_path: Path) -> None:
    text = "%matplotlib inline\n!pip install x \\\n   y\nfiles = !ls\nrelu?\nif True:\n    !ls\n" + RELU
    submission = loaded(
        tmp_path, code(text), code("%%time\nN = 3\n"), code("%%bash\ndef x: rm -rf"), code("\n%%writefile a.py\ny = 2")
    )
    namespace = run(submission)
    assert namespace["relu"](1) == 1
    assert namespace["N"] == 3
    assert not {"y", "files"} & namespace.keys()
    assert notes(submission) == []


@pytest.mark.parametrize("piece", [" ", "a", "a ", "a, ", ".", "a.", "[", "'", '"', "=", "= ", "?", "%", "!", "\t"])
def test_long_line_that_is_no_command_is_read_in_time(tmp_path: Path, piece: str) -> None:
    line = piece * (200_000 // len(piece))
    started = time.process_time()
    for start, end in (("", "$"), ("a", "$"), ("%%", "$"), ("def ", ""), ("?", "$"), ("a = ", "$")):
        with suppress(SubmissionError):  # some are too deeply nested
            loaded(tmp_path, code(f"{RELU}{start}{line}{end}\n"), code(RELU))
    assert time.process_time() - started < 5


def test_percent_signs_inside_python_are_no_commands(tmp_path: Path) -> None:
    text = 'def f(a, b):\n    """\n% not a command\n!neither\n    """\n    return (a\n        % b)\n'
    assert run(loaded(tmp_path, code("%time 1\n" + text)))["f"](7, 4) == 3


@pytest.mark.parametrize("command", ["%timeit 1", "!cat /etc/passwd", "%%time"])
def test_command_in_an_exercise_is_refused_for_that_exercise(tmp_path: Path, command: str) -> None:
    submission = loaded(tmp_path, code(f"{command}\n{RELU}", "exercise", "relu"), code(AFFINE, "exercise", "Affine"))
    namespace = run(submission)
    assert namespace["Affine"]().forward(1) == 1
    with pytest.raises(SyntaxError, match="a notebook command"):
        namespace["relu"](1)
    note = submission.notes[0]
    assert (note.id, note.params["text"]) == ("notebook.refused_cell", command)


@pytest.mark.parametrize(
    "text",
    [
        f"%%check relu\n{RELU}",
        f"\n%%check\n{RELU}\n%check relu --hints 1\n",
        f"%%check relu --lang ko\n%%experiment\n{RELU}",
        f"%load_ext graders\n{RELU}%hint relu\n%explain\n%submit u06_backprop.py --course dl\n%login https://x.example\n%progress",
        f"{RELU}if True:\n    %check relu\n",
    ],
)
@pytest.mark.parametrize("role", ["exercise", ""])
def test_our_own_commands_may_stand_in_an_exercise(tmp_path: Path, text: str, role: str) -> None:
    submission = loaded(tmp_path, code(text, role, "relu") if role else code(text))
    assert run(submission)["relu"](1) == 1
    assert notes(submission) == []
    line = source(submission).text.split("\n").index(RELU.split("\n")[0]) + 1
    assert source(submission).lines[line] == (1, text.split("\n").index(RELU.split("\n")[0]) + 1)


@pytest.mark.parametrize(
    "text",
    [
        f"%%check relu\n%%time\n{RELU}",
        f"%%check relu\n%%bash\n{RELU}",
        f"%%check relu\n!ls\n{RELU}",
        f"%%checks relu\n{RELU}",
        f"%check.x\n{RELU}",
        f"x = %check relu\n{RELU}",
        f"%load_ext gradersx\n{RELU}",
        f"%load_ext os\n{RELU}",
    ],
)
def test_commands_beside_ours_in_an_exercise_are_refused(tmp_path: Path, text: str) -> None:
    submission = loaded(tmp_path, code(text, "exercise", "relu"))
    assert notes(submission)[0] == "notebook.refused_cell"
    with pytest.raises(SyntaxError, match="a notebook command"):
        run(submission)["relu"](1)


def test_cell_with_a_syntax_error_ends_its_own_exercise_only(tmp_path: Path) -> None:
    broken = code("class Affine:\n    def forward(self, x)\n        return x\n", "exercise", "Affine")
    submission = loaded(tmp_path, code(RELU), broken, code("class Twice(Affine):\n    pass\n"))
    namespace = run(submission)
    assert namespace["relu"](1) == 1
    with pytest.raises(SyntaxError, match="expected ':'"):
        namespace["Affine"]()
    line = source(submission).text.split("\n").index("class Affine:") + 3
    assert source(submission).lines[line] == (2, 2)
    assert submission.notes[0].params["line"] == {"id": "source.place", "params": {"cell": 2, "line": 2}}


@pytest.mark.parametrize(
    "text",
    [
        "class Peeky(Decoder):\n    pass",
        "def Peeky(W=W0):\n    pass",
        "@later\ndef Peeky(): 0",
        "class Peeky:\n    W0 = W0",
        "class Peeky:\n    def f(self, W=W0): 0",
        "class Peeky:\n    w = 1\n    class Inner:\n        w = w",
        "if True:\n    def Peeky(W=W0): 0",
    ],
)
def test_definition_that_lacks_something_ends_its_exercise_only(tmp_path: Path, text: str) -> None:
    submission = loaded(tmp_path, code("import numpy as np\nW0 = np.ones(3)\n" + text), code(RELU))
    namespace = run(submission)
    assert namespace["relu"](1) == 1
    with pytest.raises(NameError, match="is not defined"):
        namespace["Peeky"]()
    assert notes(submission) == ["notebook.refused_cell"]


@pytest.mark.parametrize(
    "cell",
    [
        "import numpy.typing as npt\nArray = npt.NDArray[np.float64]\n",
        "Array = list[float]\nMatrix = dict[str, Array]\n",
        "from typing import TypeVar\nArray = TypeVar('Array')\n",
        "Array = make_a_type()\n",
        "",
    ],
)
def test_annotation_of_what_may_not_stay_breaks_nothing(tmp_path: Path, cell: str) -> None:
    text = "class Relu:\n    y: Array\n\n    def forward(self, x: Array) -> Array:\n        return x * (x > 0)\n"
    submission = loaded(tmp_path, code("import numpy as np\n" + cell), code(text))
    assert run(submission)["Relu"]().forward(3) == 3
    assert notes(submission) == []
    line = source(submission).text.split("\n").index("    y: Array") + 1
    assert source(submission).lines[line] == (2, 2)


def test_annotations_that_can_be_evaluated_are(tmp_path: Path) -> None:
    text = "from dataclasses import dataclass\n\n@dataclass\nclass Point:\n    x: float = 0.5\n"
    assert run(loaded(tmp_path, code(text)))["Point"].__annotations__ == {"x": float}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("from functools import partial\nanswer = partial(int, base=2)('11')", None),
        ("from functools import partial\nbinary = partial(int, base=2)\nanswer = lambda: binary('11')", 3),
        ("from collections import namedtuple\nPair = namedtuple('Pair', 'a b')\nanswer = lambda: Pair(1, 2).b", 2),
        ("import numpy as np\nROOT = np.sqrt(2 / np.pi)\nanswer = lambda: ROOT > 0.79", True),
        ("import numpy as np\nEPS = np.finfo(np.float32).eps\nanswer = lambda: EPS < 1e-6", True),
        ("N = 3\nanswer = f'layer {N:02}'", "layer 03"),
        ("DEBUG = False\nif DEBUG:\n    def answer(): return 1\nelse:\n    def answer(): return 2", 2),
        ("sizes = (*(1, 2), 3)\na, b = 4, 5\nanswer = lambda: sizes + (a, b)", (1, 2, 3, 4, 5)),
    ],
)
def test_statement_that_only_makes_a_value_is_kept(tmp_path: Path, text: str, value: object) -> None:
    namespace = run(loaded(tmp_path, code("import numpy as np\n" + text)))
    answer = namespace.get("answer")
    assert (answer() if callable(answer) else answer) == value


def test_function_attached_to_a_class_of_the_notebook_stays(tmp_path: Path) -> None:
    attached = "def forward(self, x):\n    return x\nRelu.forward = forward\nRelu.twice = lambda self: 2\n"
    submission = loaded(
        tmp_path, code("class Relu:\n    pass"), code(attached + "def forward(self, x):\n    return 0\n")
    )
    relu = run(submission)["Relu"]()
    assert (relu.forward(3), relu.twice()) == (3, 2)
    line = source(submission).text.split("\n").index("Relu.forward = forward") + 1
    assert source(submission).lines[line] == (2, 3)


def test_what_code_attaches_is_left_out_with_a_note(tmp_path: Path) -> None:
    submission = loaded(
        tmp_path, code(AFFINE + "\nAffine.forward = made()\nnp.pi = 3\naffine = made()\naffine.x = 3\n")
    )
    assert run(submission)["Affine"]().forward(3) == 3
    assert [(note.id, note.params["name"], note.params["line"]["params"]) for note in submission.notes] == [
        ("notebook.dropped_attribute", "Affine.forward", {"cell": 1, "line": 8})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "losses = []\nfor i in range(3):\n    losses.append(i)\nlast = losses[-1]",
        "rows = []\nrows.append([1, 2])\nX = np.array(rows)\nN, D = X.shape",
        "weights = {}\nweights['W'] = np.ones(2)\nW = weights['W']",
        "x = 3\nx = np.ones((2, 3))\nN = x.shape",
        "import os, sys\nhome = os.environ['NOT_THERE']\nname = sys.argv[99]",
        "best = max([])",
        "import math\nmath.pi = 4",
    ],
)
def test_statement_on_what_is_left_out_is_left_out_too(tmp_path: Path, text: str) -> None:
    namespace = run(loaded(tmp_path, code("import numpy as np\n" + text), code(RELU)))
    assert namespace["relu"](2) == 2
    assert not {"last", "N", "D", "W", "home", "name", "best"} & namespace.keys()


@pytest.mark.parametrize(
    "text",
    [
        "class Noise:\n    rng = np.random.default_rng(0)\n    low = [i for i in range(3)]\n    high = rng\n",
        "rng = np.random.default_rng(0)\n\nclass Noise:\n    rng = rng\n",
        "class Noise:\n    N = 3\n\n    class M: 0\n\n    def f(self, n=N, made=M, g=lambda: later): 0",
    ],
)
def test_class_body_whose_names_are_there_is_kept(tmp_path: Path, text: str) -> None:
    submission = loaded(tmp_path, code("import numpy as np\n" + text))
    run(submission)["Noise"]()
    assert notes(submission) == []


def test_class_body_of_many_comprehensions_is_read_in_time(tmp_path: Path) -> None:
    started = time.monotonic()
    loaded(tmp_path, code("class A:\n" + "".join(f"    a{i} = {{x for x in ()}}\n" for i in range(8000))))
    assert time.monotonic() - started < 10


def test_definition_whose_names_may_come_with_a_star_is_kept(tmp_path: Path) -> None:
    submission = loaded(tmp_path, code("from math import *\n\ndef area(r, p=pi, k=lambda x: x):\n    return p * r\n"))
    assert run(submission)["area"](1) > 3


def test_broken_cell_with_a_keyword_for_a_name_spoils_nothing(tmp_path: Path) -> None:
    assert (
        run(loaded(tmp_path, code(RELU), code("class in:\nclass __debug__:\ndef (", "exercise", "no name")))["relu"](1)
        == 1
    )


def test_syntax_error_in_a_scratch_cell_leaves_the_answer(tmp_path: Path) -> None:
    submission = loaded(tmp_path, code(RELU), code("def relu(x)\n"))
    assert run(submission)["relu"](1) == 1


def test_many_commands_in_a_long_cell_end_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submission.magics.MAX_REPARSED", 100)
    submission = loaded(tmp_path, code("%time 1\n" * 50 + RELU))
    assert notes(submission) == ["notebook.refused_cell"]


def test_name_that_only_a_dropped_statement_binds_is_noted(tmp_path: Path) -> None:
    submission = loaded(
        tmp_path, code("import numpy as np\n\nW = np.ones(3)\nV = np.ones(2)\n"), code("def f(V):\n    return W + V\n")
    )
    assert [(note.id, note.params["name"], note.params["line"]["params"]) for note in submission.notes] == [
        ("notebook.dropped_name", "W", {"cell": 1, "line": 3})
    ]


def test_name_of_a_cell_of_any_length_is_read_in_time(tmp_path: Path) -> None:
    started = time.monotonic()
    for grade_id in ("u06_" + "a" * 200_000, "u06_a-" + "a" * 200_000 + "$", "u06_a-" + "-check" * 30_000):
        cell = code(RELU) | {"metadata": {"nbgrader": {"grade_id": grade_id, "solution": True}}}
        assert "relu" in source(loaded(tmp_path, cell)).text
    assert time.monotonic() - started < 5


def test_metadata_win_over_the_file_name_with_a_note(tmp_path: Path) -> None:
    write(tmp_path, {"u04_forward.ipynb": notebook(code(RELU))})
    submission = load_submission(tmp_path / "u04_forward.ipynb", units=UNITS)
    assert (submission.units, notes(submission)) == (("u06_backprop",), ["submission.unit_by_metadata"])
    assert load_submission(tmp_path, units=UNITS).units == ("u06_backprop",)


def test_language_when_metadata_are_gone_comes_from_the_name(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.en.ipynb": notebook(code(RELU), unit="")})
    assert load_submission(tmp_path, units=UNITS).language == "en"


def test_import_of_a_helper_in_the_upload_stays(tmp_path: Path) -> None:
    write(tmp_path, {"tools.py": RELU})
    submission = loaded(tmp_path, code("from tools import relu\nfrom nothing import x\n"))
    assert source(submission).text == "from tools import relu\n"
    assert submission.extra == {"tools": RELU}


@pytest.mark.parametrize(
    ("content", "message_id", "words"),
    [
        ("", "source.empty", "u06_backprop.ipynb is empty"),
        ('{"cells": [\n {"a": }]}', "notebook.damaged", "is a damaged notebook: line 2, column 8: Expecting value"),
        (b'{"cells": \xff}', "notebook.damaged", "bytes that are not UTF-8"),
        ("[" * 100_000, "notebook.form", "its JSON cannot be read"),
        ("9" * 5000, "notebook.form", "its JSON cannot be read"),
        ("[]", "notebook.form", "it holds a JSON list"),
        ('{"cells": 3}', "notebook.form", "it has no list of cells"),
        ('{"worksheets": 3}', "notebook.form", "it has no list of cells"),
        ('{"cells": [3]}', "notebook.form", "cell 1 is a JSON int"),
        ('{"cells": [{"cell_type": "code", "source": [3]}]}', "notebook.form", "the source of cell 1 is not text"),
        (notebook(text_cell("x = 1")), "notebook.no_code", "has no code cells"),
        (notebook(code("  \n")), "notebook.no_code", "has no code cells"),
        (notebook(code("x = '\u202e'")), "source.character", "ipynb [1], line 1, contains the character U+202E"),
        (notebook(code("x = 1\ry = 2")), "source.character", "CR without LF"),
        (notebook(code("x = '\ud800'")), "source.character", "contains the character U+D800"),
        (notebook(code("x = 1\n" * 50_000)), "source.long", "more than the limit of 256 KB"),
        (notebook(code("x = 1"), code("y = " + "-" * 100_000 + "1")), "source.nested", "u06_backprop.ipynb [2] nests"),
        ('{"x": [' + "{}," * (1 << 20) + "{}]}", "notebook.outputs", "contains more than 1048576 values"),
        (b" " * (17 << 20), "upload.too_big", "in a notebook, clear the outputs"),
    ],
)  # fmt: skip
def test_notebook_when_it_cannot_be_read_says_where(
    tmp_path: Path, content: str | bytes, message_id: str, words: str
) -> None:
    write(tmp_path, {"u06_backprop.ipynb": content})
    with pytest.raises(SubmissionError) as caught:
        load_submission(tmp_path / "u06_backprop.ipynb", units=UNITS)
    assert caught.value.message_id == message_id
    assert words in str(caught.value)


def test_damaged_notebook_of_unknown_name_tells_of_the_damage(tmp_path: Path) -> None:
    write(tmp_path, {"homework.ipynb": "{"})
    with pytest.raises(SubmissionError, match="damaged notebook"):
        load_submission(tmp_path / "homework.ipynb", units=UNITS)


def test_notebook_with_thousands_of_cells_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.ipynb": notebook(*[code("x = 1")] * 2001)})
    with pytest.raises(SubmissionError, match="it has 2001 code cells"):
        load_submission(tmp_path, units=UNITS)


def test_cell_too_long_to_compile_here_is_left_to_the_sandbox(tmp_path: Path) -> None:
    text = "def f(x):\n    global x\nx = made()\n#" + " for" * 2100
    assert "global x" in source(loaded(tmp_path, code(text), code(RELU))).text


def test_cells_that_do_not_go_together_blame_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submission.cells._segment", lambda *_: "x y")
    fault = source(loaded(tmp_path, text_cell("a"), code("import numpy; N = 3\n" + RELU))).fault
    assert fault is not None
    assert (fault.id, fault.params["reason"]) == ("source.syntax", "invalid syntax")
    assert fault.params["line"] == {"id": "source.place", "params": {"cell": 2, "line": 1}}


@pytest.mark.parametrize("text", ["import a\n" * 20_000, "x=1;" * 20_000, "def f():0\n" * 10_000, "x=g()\n" * 20_000])
def test_cell_made_to_exhaust_the_reader_is_read_in_time(tmp_path: Path, text: str) -> None:
    started = time.monotonic()
    loaded(tmp_path, code("y = 1"), code(text))
    assert time.monotonic() - started < 10
