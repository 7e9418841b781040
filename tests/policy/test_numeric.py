"""Signs of numerical differentiation in the text that an exercise reaches."""

from __future__ import annotations

import pytest

from graders.policy.numeric import numeric_signs

UNIT = "u06_layers"


@pytest.mark.parametrize(
    ("body", "signs"),
    [
        ("return (f(x + h) - f(x - h)) / (2 * h)", {"step"}),
        ("return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5", {"step"}),
        ("return (f(x + STEP) - f(x)) / STEP", {"step"}),
        ("e = 10**-4\n    return (f(x + e) - f(x - e)) / (e * 2)", {"step"}),
        ("return f(x + 1e-20j).imag / 1e-20", {"step", "complex"}),
        ("return np.imag(f(x.astype(complex)))", {"complex"}),
        ("return np.zeros(3, dtype=np.complex128)", {"complex"}),
        ("return x / (2 * n)", set()),
        ("return x / (1e-7 + x)", set()),
        ("return x / 255.0", set()),
        ("return -t / (y + EPSILON)", set()),
        ("return x * STEP", set()),
    ],
)
def test_signs_when_a_text_has_them_then_they_are_named(body: str, signs: set[str]) -> None:
    text = f"import numpy as np\nSTEP, EPSILON = 1e-4, 1e-7\nSTEP = 1e-4\ndef slope(x, h=1e-6, n=3):\n    {body}\n"
    assert numeric_signs({UNIT: text}, UNIT, ("slope",)) == signs


def test_signs_in_another_function_do_not_count() -> None:
    text = "def other(x):\n    return (f(x + 1e-4) - f(x)) / 1e-4\ndef slope(x):\n    return 2 * x\n"
    assert numeric_signs({UNIT: text}, UNIT, ("slope",)) == frozenset()
    assert numeric_signs({UNIT: text + "def both(x):\n    return other(x)\n"}, UNIT, ("both",)) == {"step"}
