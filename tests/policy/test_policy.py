"""The policy finds what staff should see and nothing in honest code."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from graders.messages.errors import SubmissionError
from graders.policy import check_source
from graders.spec.profile import Compatibility

BOOKS = Compatibility(("common", "dataset"), numpy_names=dict.fromkeys(("int", "float", "bool"), "int"))
HONEST = sorted((Path(__file__).parent / "honest").glob("*.txt"))


def flagged(text: str, *allowed: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.rule, one.what) for one in check_source(text, ("numpy", *allowed), ("u04_forward",))]


@pytest.mark.parametrize("path", HONEST, ids=lambda path: path.stem)
def test_honest_code_is_never_flagged(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    units, own = ("u04_forward", "u06_backprop"), ("trainer", "util")
    assert check_source(text, ("numpy",), units, own=own, compatibility=BOOKS) == ()


def test_honest_samples_are_there() -> None:
    assert len(HONEST) >= 6


@pytest.mark.parametrize(
    ("text", "rule", "what"),
    [
        ("eval('1')", "builtin", "eval"),
        ("run = exec", "builtin", "exec"),
        ("eval = eval", "builtin", "eval"),
        ("def f(open=open): return open", "builtin", "open"),
        ("class A:\n    open = 1\n    def f(self): return open('x')", "builtin", "open"),
        ("list(map(compile, []))", "builtin", "compile"),
        ("f = lambda: input()", "builtin", "input"),
        ("__import__('os')", "builtin", "__import__"),
        ("__builtins__['eval']", "builtin", "__builtins__"),
        ("globals()", "builtin", "globals"),
        ("vars(int)", "builtin", "vars"),
        ("breakpoint()", "builtin", "breakpoint"),
        ("def f():\n    global open\n    open = 1\n    return open", "builtin", "open"),
        ("getattr(x, 'ev' + 'al')", "introspection", 'getattr(…, "eval")'),
        ("import numpy\ngetattr(numpy, name)", "introspection", "getattr(numpy, …)"),
        ("import numpy\ngetattr(numpy, f'{a}')", "introspection", "getattr(numpy, …)"),
        ("import importlib", "import", "import importlib"),
        ("from builtins import eval as e", "import", "import builtins"),
        ("import gc", "import", "import gc"),
        ("import inspect", "import", "import inspect"),
        ("import ctypes.util", "import", "import ctypes.util"),
        ("import subprocess", "import", "import subprocess"),
        ("import socket", "import", "import socket"),
        ("import torch", "import", "import torch"),
        ("from sklearn.linear_model import LinearRegression", "import", "import sklearn.linear_model"),
        ("import graders.probe", "import", "import graders.probe"),
        ("import numpyx", "import", "import numpyx"),
        ("from numpy.ctypeslib import load_library", "import", "import numpy.ctypeslib"),
        ("import numpy as np\nnp.ctypeslib", "import", "numpy.ctypeslib"),
        ("().__class__.__base__", "introspection", "__base__"),
        ("int.__subclasses__()", "introspection", "__subclasses__"),
        ("x.__class__.__class__", "introspection", "__class__.__class__"),
        ("f.__globals__", "introspection", "__globals__"),
        ("frame.f_back", "introspection", "f_back"),
        ("g.gi_frame", "introspection", "gi_frame"),
        ("e.__traceback__.tb_frame", "introspection", "tb_frame"),
        ("getattr(x, '__glob' + 'als__')", "introspection", 'getattr(…, "__globals__")'),
        ("attrgetter('__class__.__subclasses__')", "introspection", "__class__.__subclasses__"),
        ("'{0.__init__.__globals__}'.format(x)", "introspection", "{0.__init__.__globals__}"),
        ("import numpy\nnumpy.__dict__", "introspection", "numpy.__dict__"),
        ("import random\nrandom._os.system('ls')", "introspection", "random._os"),
        ("import sys\nsys.modules", "system", "sys.modules"),
        ("import sys\nsys._getframe(1)", "introspection", "_getframe"),
        ("import sys as s\ns.settrace(f)", "system", "sys.settrace"),
        ("import sys\ns = sys", "system", "sys"),
        ("from sys import modules", "system", "sys.modules"),
        ("from os.path import sys", "system", "os.sys"),
        ("import os\nos._exit(0)", "system", "os._exit"),
        ("import os as o\no.popen('x')", "system", "os.popen"),
        ("import os.path\nos.system('x')", "system", "os.system"),
        ("from os import path\npath.os.system('x')", "system", "os"),
        ("import logging\nlogging.os.system('x')", "system", "os"),
        ("import dataclasses\ndataclasses.builtins.exec('1')", "system", "builtins"),
        ("from dataclasses import builtins", "system", "dataclasses.builtins"),
        ("import logging\nlogging.io.open('x')", "system", "io"),
        ("from numpy import ctypeslib", "system", "numpy.ctypeslib"),
        ("import numpy as np\nm = np\nm.ctypeslib", "system", "ctypeslib"),
        ("import numpy as np\nnp.core._internal.ctypes", "system", "ctypes"),
        ("import numpy as np\ngetattr(np, 'ctypes' + 'lib')", "system", "numpy.ctypeslib"),
        ("import pickle\npickle.loads(b'x')", "system", "pickle.loads"),
        ("from types import FunctionType", "system", "types.FunctionType"),
        ("import types as t\nt.CodeType", "system", "types.CodeType"),
        ("import numpy as np\nnp" + ".a" * 900 + " = 1", "patch", "np" + ".a" * 79 + "… = …"),
        ("import numpy as np\nnp.allclose = f", "patch", "np.allclose = …"),
        ("import numpy as np\nnp.testing.assert_allclose = f", "patch", "np.testing.assert_allclose = …"),
        ("import numpy as np\ndel np.sum", "patch", "np.sum = …"),
        ("import numpy as np\nsetattr(np, 'allclose', f)", "patch", "numpy.allclose"),
        ("import sys\nsys.stdout = f", "patch", "sys.stdout = …"),
    ],
)
def test_evasion_is_flagged_with_its_rule(text: str, rule: str, what: str) -> None:
    line = text.count("\n") + 1 if "class A" not in text else 3
    found = flagged(text)
    assert (rule, what) in [(one, name) for _, one, name in found]
    assert max(at for at, _, _ in found) <= line


def test_flags_are_sorted_by_line_and_said_once() -> None:
    assert flagged("x = 1\neval(eval)\nimport gc\n") == [(2, "builtin", "eval"), (3, "import", "import gc")]


def test_library_that_the_unit_allows_is_not_flagged() -> None:
    text = "import torch.nn.functional as F\nfrom torch import nn\n"
    assert [rule for _, rule, _ in flagged(text)] == ["import", "import"]
    assert flagged(text, "torch") == []


def test_text_that_is_not_python_has_no_flags() -> None:
    assert flagged("eval(") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1" + "+1" * 100_000, "kim.py nests expressions too deeply"),
        ("x = " + "-" * 100_000 + "1", "kim.py nests expressions too deeply"),
        ("x = 1\n" * 50_000, "kim.py contains 292 KB of Python"),
    ],
)
def test_text_made_to_exhaust_the_check_is_refused(text: str, words: str) -> None:
    started = time.monotonic()
    with pytest.raises(SubmissionError, match=words):
        check_source(text, (), (), file="kim.py")
    assert time.monotonic() - started < 5


def test_imports_for_plots_are_not_flagged() -> None:
    assert flagged("import numpy\nimport matplotlib.pyplot as plt\nfrom tqdm import tqdm\nfrom . import layers\n") == []


def test_flags_when_thousands_are_cut() -> None:
    assert len(flagged("eval\n" * 5000)) == 100
