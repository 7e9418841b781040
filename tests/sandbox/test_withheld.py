"""Stand-ins: a forbidden function complains while an exercise runs, by whatever way it is reached, and only then."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from graders.sandbox.guest.withheld import ForbiddenCall, Withheld


class Layer:
    def __init__(self, size: int = 1) -> None:
        self.size = size

    def forward(self, x: Any) -> Any:
        return sys.modules["lib.functional"].ready(x)  # as libraries do, by the name in their own module


def ready(x: Any) -> Any:
    """Ready-made."""
    return ("ready", x)


def ordinary(x: Any) -> Any:
    return x


@pytest.fixture(autouse=True)
def lib(monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    library, functional = types.ModuleType("lib"), types.ModuleType("lib.functional")
    library.functional = functional  # type: ignore[attr-defined]
    library.Layer, functional.ready, functional.ordinary = Layer, ready, ordinary  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lib", library)
    monkeypatch.setitem(sys.modules, "lib.functional", functional)
    yield library
    assert functional.ready is ready  # type: ignore[attr-defined]
    assert library.Layer is Layer  # type: ignore[attr-defined]


FORBIDS = ("lib.functional.ready", "lib.La*")

WAYS = {
    "name": "import lib.functional as F\ndef f(x): return F.ready(x)\n",
    "from": "from lib.functional import ready\ndef f(x): return ready(x)\n",
    "pieces": "import lib.functional as F\ndef f(x): return getattr(F, 're' + 'ady')(x)\n",
    "system": "import sys\ndef f(x): return sys.modules['lib.' + 'functional'].__dict__['rea' + 'dy'](x)\n",
    "class": "import lib\ndef f(x): return lib.Layer().forward(x)\n",
    "derived": "import lib\nclass Mine(lib.Layer): pass\ndef f(x): return Mine(3).forward(x)\n",
    "made before": "import lib\nmade = lib.Layer()\ndef f(x): return made.forward(x)\n",
    "inside": "def f(x):\n    from lib.functional import ready as g\n    return g(x)\n",
}


def load(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(text, names)
    return names


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS.keys())
def test_shortcut_when_called_in_a_run_then_it_complains(text: str) -> None:
    with Withheld(FORBIDS) as withheld:
        names = load(text)
        withheld.armed = True
        with pytest.raises(ForbiddenCall, match=r"lib\.(functional\.ready|Layer)"):
            names["f"](1)


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS.keys())
def test_shortcut_that_a_notebook_already_has_complains(text: str) -> None:
    names = load(text)
    with Withheld(FORBIDS, armed=True) as withheld:
        symbols = withheld.among(names)
        with pytest.raises(ForbiddenCall):
            symbols["f"](1)
    assert names["f"](1) == ("ready", 1)


def test_symbol_that_is_the_forbidden_function_is_seen() -> None:
    with Withheld(FORBIDS, armed=True) as withheld, pytest.raises(ForbiddenCall):
        withheld.among({"f": ready})["f"](1)


def test_comparing_with_the_library_while_loading_is_no_answer() -> None:
    with Withheld(FORBIDS) as withheld:
        names = load("import lib\nseen = lib.functional.ready(2), lib.Layer(5).size\n")
        withheld.armed = True
        assert names["seen"] == (("ready", 2), 5)


def test_other_functions_work_beside_a_forbidden_one() -> None:
    with Withheld(FORBIDS, armed=True):
        assert load("from lib.functional import ordinary\ny = ordinary(3)\n")["y"] == 3


def test_nothing_is_loaded_for_a_library_that_is_not() -> None:
    with Withheld(("nowhere.*", "lib.absent"), armed=True):
        assert "nowhere" not in sys.modules


def test_stand_in_looks_like_what_it_stands_for(lib: Any) -> None:
    with Withheld(FORBIDS):
        assert (lib.functional.ready.__name__, lib.functional.ready.__doc__) == ("ready", "Ready-made.")
        assert isinstance(lib.Layer(4), Layer)


WHOLE = ("lib.*",)
OWN_NAMES = {
    "module": "import lib\ndef f(x): return lib.functional.ready(x)\n",
    "module of it": "import lib.functional as F\ndef f(x): return F.ready(x)\n",
    "from": "from lib.functional import ready\ndef f(x): return ready(x)\n",
    "class": "from lib import Layer\ndef f(x): return Layer().forward(x)\n",
    "object": "import lib\nlayer = lib.functional.Caller()\ndef f(x): return layer(x)\n",
    "inside": "def f(x):\n    from lib.functional import ready as g\n    return g(x)\n",
    "inside, module": "def f(x):\n    import lib.functional\n    return lib.functional.ready(x)\n",
}


@pytest.fixture
def whole(lib: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same library, whose functions say where they are from, and one that uses it."""
    monkeypatch.setattr(ready, "__module__", "lib.functional")
    monkeypatch.setattr(Layer, "__module__", "lib")
    lib.functional.Caller = type("Caller", (), {"__module__": "lib.functional", "__call__": lambda self, x: ready(x)})
    user = types.ModuleType("user")
    user.__file__ = "/python/site-packages/user.py"
    exec("import lib\ndef use(x):\n    from lib.functional import ready\n    return ready(x), lib.Layer\n", vars(user))
    monkeypatch.setitem(sys.modules, "user", user)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("text", OWN_NAMES.values(), ids=OWN_NAMES.keys())
def test_whole_library_is_withheld_from_the_students_own_names(text: str) -> None:
    names = load(text)
    before = dict(names)
    with Withheld(WHOLE, armed=True) as withheld:
        symbols = withheld.among(names)
        with pytest.raises(ForbiddenCall, match=r"lib"):
            symbols["f"](1)
    assert names == before
    assert names["f"](1) == ("ready", 1)


@pytest.mark.usefixtures("whole")
def test_library_that_another_one_uses_works_as_ever() -> None:
    text = "import user\ndef f(x): return user.use(x)\n"
    with Withheld(WHOLE, armed=True) as withheld:
        assert withheld.among(load(text))["f"](1) == (("ready", 1), Layer)


@pytest.mark.parametrize("name", ["sklearn.datasets", "scipy.stats", "torch"])
def test_kernel_that_has_loaded_a_real_library_can_check(name: str) -> None:
    module = importlib.import_module(name)
    names = load(f"import numpy as np\nimport {name} as there\ndef f(x): return np.tanh(x)\ndef g(): return there\n")
    with Withheld((f"{name.partition('.')[0]}.*",), armed=True) as withheld:
        symbols = withheld.among(names)
        assert symbols["f"](0.0) == 0.0
        assert symbols["g"]() is not module
        assert sys.modules[name] is module
    assert names["g"]() is module


def test_ufunc_of_a_library_is_found_by_its_place() -> None:
    special = importlib.import_module("scipy.special")
    with Withheld(("scipy.*",), armed=True) as withheld, pytest.raises(ForbiddenCall, match=r"scipy\.special.*expit"):
        withheld.among({"f": special.expit})["f"](0.0)
    assert special.expit(0.0) == 0.5
