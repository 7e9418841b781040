"""Single-edit mutants: which are made of a text, and which are left out because they can change nothing."""

from __future__ import annotations

import ast
import hashlib
from textwrap import dedent

import pytest

from graders.mutation.mutants import VERSION, mutants

LAYER = '''
class Layer:
    """y = x·w."""

    def __init__(self, w):
        self.w = w

    def forward(self, x):
        """Keep x."""
        if x.ndim != 2:
            raise ValueError(f"{x.ndim - 1} axes")
        self.x = x
        return x @ self.w.T

    def backward(self, dout):
        self.dw = dout.T @ self.x
        self.db = -dout.sum(axis=0)
        for k in range(3):
            self.db[k] += 0.5
        return dout @ self.w
'''


def names(source: str) -> list[str]:
    return [one.name for one in mutants(dedent(source))]


def kinds(source: str) -> set[str]:
    return {one.kind for one in mutants(dedent(source))}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a, b): return a - b", {"operator: a - b → (a + b)", "operands exchanged: a - b → (b - a)"}),
        ("def f(a, b): return a * b", {"right part dropped: a * b → (a)", "left part dropped: a * b → (b)"}),
        ("def f(a, b): return a * b", {"name: a → b", "name: b → a", "sign: a * b → -(a * b)"}),
        ("def f(a): return a.T", {"transpose: a.T → a"}),
        ("def f(a): return a.sum(axis=0)", {"function: a.sum → a.mean", "axis: 0 → 1"}),
        ("def f(a): return a.sum(axis=0)", {"axis dropped: a.sum(axis=0) → a.sum()"}),
        ("def f(a, i): return a[i]", {"index: i → i + 1", "index: i → i - 1"}),
        ("def f(n): return range(n)", {"range: n → n + 1"}),
        ("def f(a): return a > 0", {"comparison: a > 0 → a >= 0", "constant: 0 → (1)"}),
        ("def f(a): return a.copy()", {"copy missing: a.copy() → a"}),
        ("def f(a): return a[-1]", {"constant: -1 → (0)", "constant: -1 → (-2)", "sign: -1 → (1)"}),
        ("def f(a):\n    a += 1", {"= for an update: a += 1 → a = 1", "statement dropped: a += 1 → pass"}),
        ("def f(a):\n    b = g(a)\n    return b", {"update for =: b = g(a) → b += g(a)", "call dropped: g(a) → (a)"}),
        ("def f(a, b): return a, b", {"results exchanged: a, b → b, a"}),
        ("def f(a, b): return g(a, b)", {"arguments exchanged: g(a, b) → g(b, a)"}),
    ],
)  # fmt: skip
def test_a_slip_of_each_kind(source: str, expected: set[str]) -> None:
    assert expected <= set(names(source))


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("def f(self, t):\n    self.t = t\n    return g(t)", "name: t → self.t"),
        ("def f(self, a, b):\n    self.a, self.b = a, b\n    return a * self.b", "name: self.b → b"),
        ("def f(n):\n    a = np.zeros(n)\n    return a", "sign: np.zeros(n) → -(np.zeros(n))"),
        ("def f(a, b): return np.maximum(a, b)", "arguments exchanged: np.maximum(a, b) → np.maximum(b, a)"),
        ("def f(a): return a.reshape(3, -1)", "constant: -1 → (-2)"),
        ("def f(a, b): return zip(a, b, strict=True)", "constant: True → False"),
        ("def f(self, a): return self.g(a)", "name: a → self.g"),
        ('def f(a): """Return -1."""; return a', 'statement dropped: """Return -1.""" → pass'),
    ],
)
def test_what_changes_nothing_is_not_tried(source: str, absent: str) -> None:
    last = source.count("\n") + 1
    found = [one.name for one in mutants(source) if one.line == last]
    assert found
    assert absent not in found


def test_a_name_is_another_where_it_was_not_yet_made_of_it() -> None:
    early = "def f(self, t):\n    y = g(t)\n    self.t = t\n    return y"
    again = "def f(self, t):\n    self.t = t\n    t = t + 1\n    return g(t)"
    assert "name: t → self.t" in names(early)
    assert "name: t → self.t" in names(again)


@pytest.mark.parametrize(
    ("body", "matters"),
    [
        ("a = x\n    b = y", False),
        ("a = x\n    b = a", True),
        ("a = b\n    b = x", True),
        ("self.a = x\n    self.b = y", False),
        ("grads[0] = x\n    grads[1] = y", False),
        ("v[k] = x\n    w[k] = v[k]", True),
        ("_, a = x\n    _, b = y", False),
        ("a = {k: x for k in y}\n    b = {k: z for k in y}", False),
        ("a.append(x)\n    b = y", True),  # a call may do anything
    ],
)
def test_statements_change_places_where_their_order_can_matter(body: str, matters: bool) -> None:
    found = [name for name in names(f"def f(x, y):\n    {body}") if name.startswith("statements exchanged")]
    assert bool(found) == matters


@pytest.mark.parametrize(
    ("loop", "matters"),
    [
        ("for k in range(n):\n        v[k] = w[k]", False),
        ("for k in range(n):\n        v[k] = v[k - 1]", True),
        ("for k in range(n):\n        s += w[k]", False),
        ("for k in range(n):\n        s *= 2\n        s += w[k]", True),
        ("for k in range(n):\n        step = w[k]\n        v[k] -= step", False),
        ("for k in range(n):\n        v[k] = step\n        step = w[k]", True),
        ("for a, b in zip(v, w):\n        a[...] = b", False),
        ("for k in range(n):\n        h = cell.forward(w[k], h)", True),
        ("for k in range(n):\n        out.append(k)", True),
        ("for _ in range(n):\n        h = g(h)", False),  # so many equal rounds
    ],
)
def test_a_loop_is_turned_round_where_the_order_of_its_rounds_can_matter(loop: str, matters: bool) -> None:
    assert ("direction" in kinds(f"def f(v, w, n):\n    {loop}\n    return v")) == matters


def test_an_edit_stands_in_the_lines_asked_for() -> None:
    asked = list(mutants(LAYER, [(12, 13)]))
    assert {one.symbol for one in asked} == {"Layer.forward"}
    assert {one.line for one in asked} <= {12, 13}
    assert len(asked) < len(list(mutants(LAYER)))


def test_each_mutant_is_one_edit_on_the_lines_of_its_definition() -> None:
    whole = LAYER.splitlines()
    for one in mutants(LAYER):
        ast.parse(one.text)
        after = one.text.splitlines()
        first = next(place for place, (old, new) in enumerate(zip(whole, after, strict=False), 1) if old != new)
        assert first >= one.line
        assert whole[first + one.old.count("\n") + 1 :] == after[first + one.new.count("\n") + 1 :]


def test_nothing_is_changed_in_what_is_raised_or_said() -> None:
    raised = next(number for number, line in enumerate(LAYER.splitlines(), 1) if "raise" in line)
    assert not [one for one in mutants(LAYER) if one.line == raised]


def test_an_edit_of_a_tiny_constant_is_told_from_others() -> None:
    found = {one.name: one.eps for one in mutants("def f(y): return 2.0 * (y + 1e-7)")}
    assert found["right part dropped: y + 1e-7 → (y)"]
    assert found["constant: 1e-7 → 0.0"]
    assert not found["constant: 2.0 → 0.0"]


def test_when_a_text_has_other_mutants_then_the_version_is_raised() -> None:
    """All scores are kept until ``VERSION`` changes: raise it together with this."""
    digest = hashlib.sha256("\n".join(names(LAYER)).encode()).hexdigest()[:8]
    assert (VERSION, digest) == (1, "8c5da85d")
