"""What becomes of honest, wrong and broken submissions, whichever way they are run."""

from __future__ import annotations

import re

import numpy as np
import pytest

from graders.messages.errors import SandboxError
from graders.probe import Crash
from graders.sandbox.backends import backend_by_name
from graders.sandbox.contract import ENDINGS, Backend, Batch, Job, Limits, Outcome
from graders.sandbox.local import Local

from .conftest import SHORT, SPEC, UNIT, Once, Run, X, job


def crash_of(outcome: Outcome, key: str = "a#0") -> Crash:
    crash = outcome.traces[key].crash
    assert crash is not None
    return crash


def test_submission_when_right_then_every_run_comes_back(backend: Backend, once: Once) -> None:
    outcome = once(backend, "def answer(x):\n    print('seen', x[0])\n    return x + 1\n", job(hidden=True))
    assert (outcome.ending, outcome.detail, outcome.unfinished) == ("done", "", ())
    assert {key: trace.outputs["out"].tolist() for key, trace in outcome.traces.items()} == {
        "a#0": [1, 2, 3],
        "b#0": [2, 3, 4],
    }
    assert outcome.hidden["h#0"].outputs["out"].tolist() == [11, 12, 13]
    assert outcome.stdout == "seen 0.0\nseen 1.0\n"  # and nothing of the hidden run


def test_jobs_when_several_then_each_has_its_own_outcome(backend: Backend, run: Run) -> None:
    source = "def twice(x):\n    return 2 * x\ndef answer(x):\n    return x[9]\n"
    result = run(backend, source, job("twice", hidden=True), job("answer", hidden=True), job("twice"))
    assert [outcome.ending for outcome in result.outcomes] == ["done"] * 3
    assert list(result.outcomes[0].traces["a#0"].outputs) == ["out", "again"]
    assert crash_of(result.outcomes[1]).kind == "IndexError"
    assert set(result.record) >= {"backend", "wall_s", "max_rss_mb", "limits", "required", "missing", "exit"}


def test_random_numbers_when_nobody_seeds_them_then_every_exercise_draws_its_own(backend: Backend, run: Run) -> None:
    source = "import numpy as np\ndef answer(x):\n    return np.random.rand(3)\n"
    outcomes = run(backend, source, job(hidden=True), job()).outcomes
    drawn = [*outcomes[0].traces.values(), *outcomes[0].hidden.values(), *outcomes[1].traces.values()]
    assert len({tuple(trace.outputs["out"]) for trace in drawn}) == 5


def test_large_library_when_a_file_imports_it_then_it_is_there_before_the_file_runs(backend: Backend, run: Run) -> None:
    head = "import sys\nthere = 'torch' in sys.modules\nimport torch\nfrom sklearn.nowhere import nothing\n"
    outcomes = run(backend, f"{head}def answer(x):\n    return x + there\n", job(hidden=True), job()).outcomes
    assert [outcome.ending for outcome in outcomes] == ["done", "done"]
    assert outcomes[0].traces["a#0"].outputs["out"].tolist() == [1, 2, 3]
    assert outcomes[0].hidden["h#0"].outputs["out"].tolist() == [11, 12, 13]


def test_large_library_when_no_file_imports_it_then_it_is_not_imported(backend: Backend, once: Once) -> None:
    text = "def answer(x):\n    import sys\n    return x + ('torch' in sys.modules)  # as with import torch\n"
    assert once(backend, text).traces["a#0"].outputs["out"].tolist() == [0, 1, 2]


def test_run_when_it_crashes_then_the_line_is_the_students(backend: Backend, once: Once) -> None:
    outcome = once(backend, "def answer(x):\n    y = 1\n    return helper(x)\n\ndef helper(x):\n    return x[7] + 1\n")
    crash = crash_of(outcome)
    assert (crash.kind, crash.line, crash.source) == ("IndexError", 6, "return x[7] + 1")
    assert outcome.ending == "done"


def test_second_output_when_it_crashes_then_the_first_is_kept(backend: Backend, once: Once) -> None:
    outcome = once(backend, "def twice(x):\n    assert x.max() < 3\n    return 2 * x\n", job("twice"))
    assert list(outcome.traces["a#0"].outputs) == ["out"]
    assert (crash_of(outcome).kind, crash_of(outcome).line) == ("AssertionError", 2)


def test_crash_on_import_tells_every_run_where(backend: Backend, once: Once) -> None:
    outcome = once(backend, "import numpy as np\n\nW = np.zeros(3) @ np.zeros(4)\n")
    assert [crash_of(outcome, key).line for key in ("a#0", "b#0")] == [3, 3]
    assert crash_of(outcome).source == "W = np.zeros(3) @ np.zeros(4)"


def test_module_when_it_does_not_parse_then_the_line_is_named(backend: Backend, once: Once) -> None:
    crash = crash_of(once(backend, "def answer(x):\n    return (x\n"))
    assert (crash.kind, crash.line, crash.source) == ("SyntaxError", 2, "return (x")


@pytest.mark.parametrize("body", ["raise NotImplementedError", "return missing_name.x if False else _absent()"])
def test_only_not_implemented_counts_as_not_written(backend: Backend, once: Once, body: str) -> None:
    crash = crash_of(once(backend, f"def answer(x):\n    {body}\n"))
    assert crash.missing == (crash.kind == "NotImplementedError")


def test_symbol_when_absent_then_near_names_are_given(backend: Backend, once: Once) -> None:
    crash = crash_of(once(backend, "def Answer(x):\n    return x\n"))
    assert (crash.missing, crash.near) == (True, ("Answer",))


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("import sys; sys.exit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise type('Odd', (BaseException,), {'__str__': lambda s: 1 / 0})", "Odd"),
    ],
)
def test_run_when_it_leaves_by_another_door_then_it_is_an_error(
    backend: Backend, once: Once, statement: str, kind: str
) -> None:
    outcome = once(backend, f"def answer(x):\n    {statement}\n")
    assert (outcome.ending, crash_of(outcome).kind) == ("done", kind)
    assert crash_of(once(backend, f"{statement}\n")).kind == kind


@pytest.mark.parametrize("name", ["a\\n=cmd()", "\\x1b[31m", "\\u2028=1", "a" * 500])
def test_class_of_any_name_is_named_by_one_word(backend: Backend, once: Once, name: str) -> None:
    kind = crash_of(once(backend, f"def answer(x):\n    raise type('{name}', (Exception,), {{}})\n")).kind
    assert re.fullmatch(r"\w{1,80}", kind)
    strange = once(backend, f"def answer(x):\n    return type('{name}', (), {{}})()\n").traces["a#0"].outputs["out"]
    assert strange.type_name.isprintable()


def test_process_when_it_ends_itself_then_it_is_no_pass(backend: Backend, run: Run) -> None:
    ends = "import os\ndef twice(x):\n    return x\ndef answer(x):\n    os._exit(0)\n"
    first, second = run(backend, ends, job("answer"), job("twice")).outcomes
    assert first.ending == "crash"
    assert (first.traces["a#0"].outputs, first.unfinished) == ({}, ("a#0",))
    assert second.ending == "done"


def test_loop_when_endless_then_time_ends_it_and_the_next_runs(backend: Backend, run: Run) -> None:
    source = "def twice(x):\n    return x\ndef answer(x):\n    while x[0] == 1: pass\n    return x\n"
    short = Limits(wall_s=0.3)
    first, second = run(backend, source, job("answer", short), job("twice")).outcomes
    assert (first.ending, first.unfinished) == ("time", ("b#0",))
    assert first.traces["a#0"].outputs["out"].tolist() == [0, 1, 2]
    assert second.ending == "done"


@pytest.mark.parametrize(
    ("top", "ending", "limits"),
    [
        ("while True: pass", "time", Limits(wall_s=0.5)),
        ("while True: print('x' * 100_000)", "output", Limits(wall_s=5.0)),
        ("import os; os._exit(3)", "crash", Limits(wall_s=5.0)),
    ],
)
def test_endless_import_costs_the_unit_once(backend: Backend, run: Run, top: str, ending: str, limits: Limits) -> None:
    source = f"def twice(x):\n    return x\ndef answer(x):\n    return x\n{top}\n"
    jobs = [job(name, limits, hidden=True) for name in ("answer", "twice", "answer", "twice")]
    if isinstance(backend, Local) and not backend.fork and ending == "output":
        pytest.skip("there it is an exception of the student's")
    result = run(backend, source, *jobs)
    assert [outcome.ending for outcome in result.outcomes] == [ending] * 4
    assert all(not outcome.traces and not outcome.hidden for outcome in result.outcomes)
    assert len({str(outcome.detail) for outcome in result.outcomes}) == 1
    assert [outcome.wall_s for outcome in result.outcomes[1:]] == [0.0] * 3
    assert sum(outcome.used_s for outcome in result.outcomes) < 2 * limits.wall_s


def test_import_is_tried_again_by_an_exercise_with_more_time(backend: Backend, run: Run) -> None:
    source = "import time; time.sleep(0.6)\ndef twice(x):\n    return x\ndef answer(x):\n    return x\n"
    jobs = [job("twice", Limits(wall_s=0.3)), job("answer", Limits(wall_s=5.0)), job("twice", Limits(wall_s=0.3))]
    assert [one.ending for one in run(backend, source, *jobs).outcomes] == ["time", "done", "time"]


def test_run_when_it_does_not_end_then_the_next_exercise_is_run(backend: Backend, run: Run) -> None:
    source = "def twice(x):\n    return x\ndef answer(x):\n    while True: pass\n"
    short = Limits(wall_s=0.4)
    outcomes = run(backend, source, job("answer", short), job("twice", short)).outcomes
    assert [one.ending for one in outcomes] == ["time", "done"]


def test_printing_when_endless_then_output_ends_it(backend: Backend, once: Once) -> None:
    source = "def answer(x):\n    for _ in range(10_000): print('x' * 10_000)\n    return x\n"
    outcome = once(backend, source, job(limits=Limits(output_kb=1)))
    assert outcome.ending == "output"
    assert outcome.stdout == ("x" * 10_000)[:1024]


def test_printed_bytes_are_shown_as_far_as_they_are_text(backend: Backend, once: Once) -> None:
    source = "import sys\ndef answer(x):\n    print('\\udcff ü'); print('oops', file=sys.stderr)\n    return x\n"
    outcome = once(backend, source)
    assert outcome.stdout.startswith("\\udcff ü\n")
    assert outcome.stderr.startswith("oops\n")


def test_input_when_asked_for_then_there_is_none(backend: Backend, once: Once) -> None:
    assert crash_of(once(backend, "def answer(x):\n    return input()\n")).kind == "EOFError"


def test_inputs_written_into_are_named_and_fresh_in_the_next_run(backend: Backend, once: Once) -> None:
    outcome = once(backend, "def answer(x):\n    x += 1\n    return x\n")
    assert outcome.traces["a#0"].overwritten == ("x",)
    assert outcome.traces["b#0"].outputs["out"].tolist() == [2, 3, 4]


def test_answer_when_of_a_strange_type_then_it_is_named(backend: Backend, once: Once) -> None:
    out = once(backend, "def answer(x):\n    return {'z': 1j}\n").traces["a#0"].outputs["out"]
    assert out["z"].type_name == "complex"


def test_answer_when_too_large_then_it_stays_inside(backend: Backend, once: Once) -> None:
    outcome = once(backend, "import numpy as np\ndef answer(x):\n    return np.zeros(1 << 18)\n",
                   job(limits=Limits(answer_mb=1)))  # fmt: skip
    assert outcome.traces["a#0"].outputs["out"].detail == "size 1 MB"


# --- imports ---


EARLIER = "def square(x):\n    return x ** 2\n"


@pytest.mark.parametrize(
    ("line", "extra"),
    [
        ("from u97_earlier import square", {}),
        ("import u97_earlier; square = u97_earlier.square", {}),
        ("from common.functions import *", {}),
        ("import sys, os; sys.path.append(os.pardir); from common.layers import square", {}),
        ("from common.maths import square", {"common.maths": "from u97_earlier import square"}),
        ("from dataset.mnist import square", {"dataset": "", "dataset.mnist": EARLIER}),
    ],
)
def test_import_when_of_own_modules_then_it_works(
    backend: Backend, once: Once, line: str, extra: dict[str, str]
) -> None:
    sources = {"u97_earlier": EARLIER, **extra, UNIT: f"{line}\ndef answer(x):\n    return square(x)\n"}
    assert once(backend, sources).traces["a#0"].outputs["out"].tolist() == [0, 1, 4]


def test_upload_that_shadows_a_library_does_not_hide_it(backend: Backend, once: Once) -> None:
    bad = "raise SystemExit('shadow')"
    sources = {"numpy": bad, "json": bad, "graders": bad, UNIT: "import json, numpy\ndef answer(x):\n    return x\n"}
    assert once(backend, sources).traces["a#0"].crash is None


@pytest.mark.parametrize(
    "lines",
    [
        "from common.util import im2col, col2im",
        "import nowhere",
        "import nowhere.at.all as most",
        "import os.nothing",
        "from numpy import asfarray_",
        "from nowhere import *",
        "from . import beside\nfrom .beside import other\nfrom ..above import *",
        "from helper import broken\nimport helper as h",
        "from u97_earlier import nothing",
        "import nowhere\nclass Net(nowhere.nn.Module, option=1):\n    def __init__(s): super().__init__()\nn = Net(3)",
        "from nowhere import jit\n@jit\n@jit(fast=True)\ndef other(x: jit.Array | None) -> jit[3]:\n    return x",
        "import nowhere as nw\nnw.config.fast = True\nwith nw.off():\n    y = nw.load() / 255.0\nprint(nw.__version__)",
    ],
)
def test_unused_absent_import_does_not_stop_the_exercise(backend: Backend, once: Once, lines: str) -> None:
    sources = {"helper": "1 / 0", "u97_earlier": EARLIER, UNIT: f"{lines}\ndef answer(x):\n    return x\n"}
    assert once(backend, sources).traces["a#0"].crash is None


@pytest.mark.parametrize(
    ("lines", "use", "text"),
    [
        ("", "im2col(x)", "cannot import name 'im2col' from 'common.util' [im2col, imported at line 1]"),
        ("import nowhere.at as most", "most.all(x)", "No module named 'nowhere' [nowhere.at.all, imported at line 2]"),
        ("import nowhere as n", "x + n.y", "No module named 'nowhere' [nowhere.y, imported at line 2]"),
        ("from nowhere import y", "np.dot(y, x)", "No module named 'nowhere' [y, imported at line 2]"),
        ("from nowhere import y", "y", "No module named 'nowhere' [y, imported at line 2]"),
        ("from nowhere import y", "[z for z in y]", "No module named 'nowhere' [y, imported at line 2]"),
        ("from nowhere import y", "x if y else x", "No module named 'nowhere' [y, imported at line 2]"),
        ("from nowhere import y", "isinstance(x, y)", "No module named 'nowhere' [y, imported at line 2]"),
        ("from nowhere import y; N = type('N', y.__mro_entries__(()), {})", "N()", "nowhere' [y, imported at line 2]"),
        ("from helper import y", "y(x)", "ZeroDivisionError: division by zero [y, imported at line 2]"),
        ("from other import y", "y(x)", "No module named 'nowhere' [z, imported at line 1 of other.py]"),
    ],
)
def test_used_absent_import_says_which_and_where(backend: Backend, once: Once, lines: str, use: str, text: str) -> None:
    source = f"from common.util import im2col\n{lines}\nimport numpy as np\ndef answer(x):\n    return {use}\n"
    sources = {"helper": "1 / 0", "other": "from nowhere import z\ndef y(x):\n    return z(x)", UNIT: source}
    crash = crash_of(once(backend, sources))
    assert crash.text.endswith(text)
    assert crash.kind in ("ImportError", "ModuleNotFoundError")
    assert crash.line in (5, None)


@pytest.mark.parametrize(
    "lines",
    [
        "try:\n    import nowhere as np\nexcept ImportError:\n    import numpy as np",
        "import numpy as np\ntry:\n    from numpy import nothing as np\nexcept Exception:\n    pass",
        "import numpy as np\nfrom contextlib import suppress\nwith suppress(ImportError):\n    import nowhere as np",
        "try:\n    from other import np\nexcept ImportError:\n    import numpy as np",
        "def find():\n    import nowhere\ntry:\n    find(); np = None\nexcept ImportError:\n    import numpy as np",
    ],
)
def test_import_when_its_failure_is_expected_then_it_fails(backend: Backend, once: Once, lines: str) -> None:
    sources = {"other": "import nowhere as np", UNIT: f"{lines}\ndef answer(x):\n    return np.add(x, 1)\n"}
    assert once(backend, sources).traces["a#0"].outputs["out"].tolist() == [1, 2, 3]


def test_import_when_it_is_needed_at_once_then_the_module_stops(backend: Backend, once: Once) -> None:
    crash = crash_of(once(backend, "from nowhere import load\n(x, t), _ = load()\ndef answer(x):\n    return x\n"))
    assert (crash.importing, crash.line, crash.kind) == (True, 2, "ModuleNotFoundError")


def test_module_when_a_helper_stops_then_it_is_run_once(backend: Backend, once: Once) -> None:
    source = "from helper import a\nfrom helper import b\nimport helper\ndef answer(x):\n    return x\n"
    assert once(backend, {"helper": "print('ran')\n1 / 0", UNIT: source}).stdout == "ran\n"


def test_library_that_tries_an_import_is_told_the_truth(backend: Backend, once: Once) -> None:
    source = "import importlib.util\ndef answer(x):\n    return x + (importlib.util.find_spec('nowhere') is None)\n"
    assert once(backend, source).traces["a#0"].outputs["out"].tolist() == [1, 2, 3]


def test_import_when_a_later_unit_is_circular_then_both_load(backend: Backend, once: Once) -> None:
    sources = {
        "u99_later": f"from {UNIT} import answer\n",
        UNIT: "from common.np import *\ndef answer(x):\n    return x\n",
    }
    assert once(backend, sources).ending == "done"


def test_crash_in_an_earlier_unit_has_the_line_of_this_one(backend: Backend, once: Once) -> None:
    sources = {"u97_earlier": "def square(x):\n    return 1 / 0\n",
               UNIT: "from u97_earlier import square\ndef answer(x):\n    return square(x)\n"}  # fmt: skip
    assert (crash_of(once(backend, sources)).kind, crash_of(once(backend, sources)).line) == ("ZeroDivisionError", 3)


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("x.astype(np.int)", "shim:np.int"),
        ("x.astype(np.float)", "shim:np.float"),
        ("np.product(x) + 0 * x", "shim:np.product"),
    ],
)
def test_numpy_name_when_old_then_it_works_with_a_note(
    backend: Backend, once: Once, expression: str, note: str
) -> None:
    trace = once(backend, f"import numpy as np\ndef answer(x):\n    return {expression}\n").traces["a#0"]
    assert (trace.crash, trace.notes) == (None, (note,))


def test_numpy_name_when_it_never_was_then_it_is_an_error(backend: Backend, once: Once) -> None:
    assert (
        crash_of(once(backend, "import numpy as np\ndef answer(x):\n    return np.nonsense\n")).kind == "AttributeError"
    )


def test_drawing_when_imported_then_it_does_nothing(backend: Backend, once: Once) -> None:
    source = """
import matplotlib.pyplot as plt
from matplotlib import cm
from mpl_toolkits.mplot3d import Axes3D
from tqdm import tqdm
figure, axes = plt.subplots(1, 2)
plt.plot([1], [2], label="a"); plt.show(); axes[0].set_title("t"); plt.rcParams["font.size"] = 3
def answer(x):
    return x + sum(step for step in tqdm([1, 2]))
"""
    outcome = once(backend, source)
    assert outcome.traces["a#0"].outputs["out"].tolist() == [3, 4, 5]


# --- the sandbox itself ---


def test_sandbox_when_used_twice_then_it_refuses(backend: Backend) -> None:
    batch = Batch({UNIT: "def answer(x):\n    return x\n"}, {UNIT: SPEC}, (job(),))
    with backend.open() as sandbox:
        sandbox.run(batch)
        with pytest.raises(SandboxError, match="has already been used"):
            sandbox.run(batch)


def test_input_when_it_cannot_travel_then_the_case_is_named(backend: Backend, run: Run) -> None:
    odd = Job(UNIT, "answer", (("a#0", {"x": [1, {"f": len}]}),), (), SHORT)
    with pytest.raises(SandboxError, match=r"a#0 of u98_trial.answer cannot be sent to the sandbox: builtin_function"):
        run(backend, "def answer(x):\n    return x\n", odd)


def test_torch_when_needed_then_gradients_come_back(run: Run, bubblewrap: Backend) -> None:
    pytest.importorskip("torch")
    spec = (
        SPEC
        + """
def slope(student, x):
    import torch
    t = torch.tensor(x, requires_grad=True)
    y = student.slope(t)
    yield "out", y
    yield "dx", torch.autograd.grad(y.sum(), t)[0]
EXERCISES += (Exercise(slope, TITLE, ("out", "dx"), CASE),)
"""
    )
    jobs = (job("slope", Limits(wall_s=20), hidden=True),) * 2
    result = run(bubblewrap, "import torch\ndef slope(t):\n    return t ** 2\n", *jobs, needs=("torch",), spec=spec)
    assert [outcome.ending for outcome in result.outcomes] == ["done", "done"]
    assert np.allclose(result.outcomes[1].traces["b#0"].outputs["dx"], 2 * (X + 1))


def test_backend_when_named_then_auto_is_never_none() -> None:
    assert [backend_by_name(name).name for name in ("auto", "bubblewrap", "none")] == [
        "bubblewrap",
        "bubblewrap",
        "none",
    ]
    with pytest.raises(Exception, match=r"There is no sandbox .chroot.\. Choose one of auto, "):
        backend_by_name("chroot")


def test_endings_when_listed_then_they_are_those_of_the_contract() -> None:
    assert set(ENDINGS) == {"done", "time", "memory", "output", "processes", "crash", "rejected", "lost", "budget"}
