"""What an exercise forbids is found in the text, by whatever name it goes; other code is left alone."""

from __future__ import annotations

import pytest

from graders.policy.forbids import Use, forbidden_uses

UNIT, SYMBOL = "u19_attention", "attend"
FORBIDS = ("lib.nn.*attention*", "lib.nn.Attention", "lib.fft")

SHORTCUTS = {
    "attribute": "import lib.nn.functional as F\ndef attend(q):\n    return F.sdp_attention(q)\n",
    "whole name": "import lib\ndef attend(q):\n    return lib.nn.functional.sdp_attention(q)\n",
    "from": "from lib.nn.functional import sdp_attention\ndef attend(q):\n    return sdp_attention(q)\n",
    "from, as": "from lib.nn.functional import sdp_attention as s\ndef attend(q):\n    return s(q)\n",
    "from inside": "def attend(q):\n    from lib.nn.functional import sdp_attention as s\n    return s(q)\n",
    "import inside": "def attend(q):\n    import lib.nn.functional\n    return lib.nn.functional.sdp_attention(q)\n",
    "star": "from lib.nn import *\ndef attend(q):\n    return Attention()(q)\n",
    "the symbol itself": "import lib\nattend = lib.nn.functional.sdp_attention\n",
    "the symbol imported": "from lib.nn.functional import sdp_attention as attend\n",
    "the symbol wrapped": "import functools, lib\nattend = functools.partial(lib.nn.functional.sdp_attention, 1)\n",
    "alias": "import lib\nf = lib.nn.functional\ng = f.sdp_attention\ndef attend(q):\n    return g(q)\n",
    "alias, upside down": "def attend(q):\n    return g(q)\nimport lib\ng = lib.nn.functional.sdp_attention\n",
    "alias inside": "import lib\ndef attend(q):\n    f = lib.nn\n    g = f.functional\n    return g.sdp_attention(q)\n",
    "getattr": "import lib.nn.functional as F\ndef attend(q):\n    return getattr(F, 'sdp_attention')(q)\n",
    "vars": "import lib.nn.functional as F\ndef attend(q):\n    return vars(F)['sdp_attention'](q)\n",
    "dict": "import lib.nn.functional as F\ndef attend(q):\n    return F.__dict__['sdp_attention'](q)\n",
    "import_module": "import importlib\ndef attend(q):\n    return importlib.import_module('lib.nn').Attention()(q)\n",
    "dunder import": "def attend(q):\n    return __import__('lib').nn.Attention()(q)\n",
    "base class": "import lib\nclass A(lib.nn.Attention):\n    pass\ndef attend(q):\n    return A()(q)\n",
    "default": "import lib\ndef attend(q, f=lib.nn.functional.sdp_attention):\n    return f(q)\n",
    "decorator": "import lib\n@lib.nn.functional.sdp_attention\ndef attend(q):\n    return q\n",
    "lambda": "import lib\nattend = lambda q: lib.nn.functional.sdp_attention(q)\n",
    "helper": "import lib\ndef h(q):\n    return lib.fft(q)\ndef attend(q):\n    return h(q)\n",
    "helper class": (
        "import lib\nclass H:\n    def run(self, q):\n        return self.f(q)\n    f = lib.fft\n"
        "def make():\n    return H()\ndef attend(q):\n    return make().run(q)\n"
    ),
    "instance": "import lib\nlayer = lib.nn.Attention(3)\ndef attend(q):\n    return layer(q)\n",
    "table": "import lib\nWAYS = {'fast': lib.fft}\ndef attend(q):\n    return WAYS['fast'](q)\n",
    "if": "import lib\nif True:\n    def attend(q):\n        return lib.fft(q)\n",
    "try": "try:\n    from lib import fft\nexcept ImportError:\n    fft = 0\ndef attend(q):\n    return fft(q)\n",
    "one of a tuple": "import lib\nattend, other = lib.fft, 1\n",
    "below it": "import lib\ndef attend(q):\n    return lib.fft.forward(q)\n",
}  # fmt: skip

OWN = {
    "its own name": "def sdp_attention(q):\n    return q\ndef attend(q):\n    return sdp_attention(q)\n",
    "imported and written over": (
        "from lib.nn.functional import sdp_attention\ndef sdp_attention(q):\n    return q\n"
        "def attend(q):\n    return sdp_attention(q)\n"
    ),
    "the symbol written over": "from lib.nn import Attention as attend\ndef attend(q):\n    return q\n",
    "used elsewhere": "import lib\ndef attend(q):\n    return q\ndef test():\n    assert lib.fft(1) == attend(1)\n",
    "compared at the end": "import lib\ndef attend(q):\n    return q\nprint(lib.fft(1) - attend(1))\n",
    "an argument of that name": "import lib\ndef attend(lib):\n    return lib.fft(2)\n",
    "a variable of that name": "import lib.nn as F\ndef attend(q):\n    F = q.shape\n    return F.Attention\n",
    "a method of that name": "import lib\ndef attend(q):\n    return q.fft().nn.Attention\n",
    "imported only": "from lib.nn import Attention\nimport lib.fft\ndef attend(q):\n    return q\n",
    "another library": "import other as lib2\ndef attend(q):\n    return lib2.fft(q)\n",
    "in a text": "def attend(q):\n    '''Not lib.fft(q).'''\n    return q  # lib.fft\n",
    "no Python": "def attend(q:\n",
    "not there": "x = 1\n",
}


def uses(text: str, packages: tuple[str, ...] = (), **more: str) -> list[Use]:
    return list(forbidden_uses({UNIT: text, **more}, UNIT, {SYMBOL: FORBIDS}, {SYMBOL: ("Attend",)}, packages))


@pytest.mark.parametrize("text", SHORTCUTS.values(), ids=SHORTCUTS.keys())
def test_text_when_it_takes_a_shortcut_then_it_is_found(text: str) -> None:
    (use,) = uses(text)
    assert (use.symbol, use.module) == (SYMBOL, UNIT)
    assert use.name.startswith("lib.")


@pytest.mark.parametrize("text", OWN.values(), ids=OWN.keys())
def test_text_when_it_is_written_by_hand_then_nothing_is_found(text: str) -> None:
    assert uses(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "from helper import h\ndef attend(q):\n    return h(q)\n",
        "import helper\ndef attend(q):\n    return helper.h(q)\n",
        "from helper import *\ndef attend(q):\n    return h(q)\n",
        "from helper import h as attend\n",
    ],
)
def test_shortcut_in_a_helper_is_found_there(text: str) -> None:
    (use,) = uses(text, helper="import lib\n\ndef other(q):\n    return q\n\ndef h(q):\n    return lib.fft(q)\n")
    assert (use.module, use.line, use.name) == ("helper", 7, "lib.fft")


def test_helper_in_the_books_package_is_found_there() -> None:
    text = "from common.layers import h\ndef attend(q):\n    return h(q)\n"
    (use,) = uses(text, ("common",), u18_earlier="import lib\ndef h(q):\n    return lib.fft(q)\n")
    assert use.module == "u18_earlier"
    assert uses(text, u18_earlier="import lib\ndef h(q):\n    return lib.fft(q)\n") == []  # it is no package here
    other = "import lib\ndef g(q):\n    return lib.fft(q)\ndef h(q):\n    return q\n"
    assert uses(text, ("common",), u18_earlier=other) == []


def test_exercise_when_another_one_forbids_it_then_it_may_use_it() -> None:
    text = "import lib\ndef one(q):\n    return lib.fft(q)\ndef two(q):\n    return lib.fft(q)\n"
    found = forbidden_uses({UNIT: text}, UNIT, {"one": ("lib.fft",), "two": ()}, {})
    assert [(use.symbol, use.line) for use in found] == [("one", 3)]


def test_alias_that_is_an_accepted_spelling_is_looked_at() -> None:
    assert [use.line for use in uses("import lib\nclass Attend:\n    f = lib.fft\n")] == [3]


def test_text_when_its_aliases_multiply_then_the_search_ends() -> None:
    lines = [f"a{i} = a{i + 1}.b if a{i + 2} else a{i + 1}.c" for i in range(500)] + ["x = x.a", "x = x.b"] * 500
    assert uses("import lib\n" + "\n".join(lines) + "\ndef attend(q):\n    return a0(x)\n") == []
