"""The value codec: what is transferred, what is only named, and trees that no honest code makes."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graders.probe.values import DTYPES, MAX_ARRAYS, MAX_NODES, MalformedValue, Unsupported, decode, encode
from graders.sandbox.guest.frames import LENGTH, frame
from graders.sandbox.wire import read_blob

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ARRAYS = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda name: arrays.arrays(DTYPES[name], arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
NUMPY_SCALARS = st.sampled_from(sorted(DTYPES)).flatmap(lambda name: arrays.from_dtype(DTYPES[name]))
VALUES = st.recursive(
    SCALARS | ARRAYS | NUMPY_SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.text(max_size=4) | st.sampled_from(list("nbifsagludx")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


def same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray | np.generic):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return left == right or (isinstance(left, float) and math.isnan(left) and math.isnan(right))


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_value_when_it_goes_through_a_frame_then_it_comes_back(value: Any) -> None:
    tree, parts = encode(value)
    meta, back = read_blob(frame({"tree": tree}, parts)[LENGTH.size :])
    assert same(decode(meta["tree"], back), value)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_tree_when_made_up_then_it_is_a_value_or_malformed(tree: Any) -> None:
    try:
        decode(tree, [np.ones(2), np.array(1.0)])
    except MalformedValue:
        pass


class Liar(np.ndarray):
    """An array that claims to equal everything."""


@pytest.mark.parametrize(
    ("value", "name", "detail"),
    [
        (1j, "complex", ""),
        (np.array([1j]), "numpy.ndarray", "dtype complex128"),
        (np.array([None]), "numpy.ndarray", "dtype object"),
        (np.array(["a"]), "numpy.ndarray", "dtype <U1"),
        (np.zeros(2, dtype=[("a", "f8")]), "numpy.ndarray", "dtype [('a', '<f8')]"),
        ({1, 2}, "set", ""),
        (np.ones(2).view(Liar), "tests.sandbox.test_values.Liar", ""),
        (1 << 5000, "int", "bits 5001"),
        ({(1, 2): 3}, "dict", "key tuple"),
        ([0] * MAX_NODES, "list", f"values {MAX_NODES}"),
        ([np.ones(1)] * (MAX_ARRAYS + 1), "list", f"arrays {MAX_ARRAYS}"),
    ],
)
def test_value_when_it_cannot_travel_then_its_type_does(value: Any, name: str, detail: str) -> None:
    found = decode(*encode(value))
    assert found == Unsupported(found.type_name, detail)
    assert found.type_name.rpartition(".")[2] == name.rpartition(".")[2]


def test_list_when_it_holds_itself_then_the_depth_ends_it() -> None:
    loop: list[Any] = [1.0]
    loop.append(loop)
    assert "nested 8" in repr(decode(*encode(loop)))


def test_values_travel_from_any_order_and_byte_order() -> None:
    for value in (np.arange(6.0).reshape(2, 3).T, np.arange(3, dtype=">i4"), np.arange(9)[::2], np.array(2.0)):
        assert np.array_equal(decode(*encode(value)), value)
        assert decode(*encode(value)).shape == value.shape


def test_dicts_when_ordered_then_they_become_plain_ones() -> None:
    assert decode(*encode(OrderedDict(W1=1, b1=2.5))) == {"W1": 1, "b1": 2.5}


def test_tensor_when_it_needs_gradients_then_its_numbers_travel() -> None:
    torch = pytest.importorskip("torch")
    assert np.array_equal(decode(*encode(torch.ones(2, requires_grad=True))), np.ones(2, np.float32))
    assert np.array_equal(decode(*encode(torch.nn.Parameter(torch.ones(2)))), np.ones(2, np.float32))
    assert decode(*encode(torch.ones(2, dtype=torch.bfloat16))) == Unsupported("torch.Tensor", "dtype torch.bfloat16")


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ([], "not a list with a tag"),
        (["q", 1], "unknown node"),
        (["n", 1], "unknown node 'n'"),
        (["b"], "node 'b' with 0 items"),
        (["b", 1], "without a truth value"),
        (["i", "0x10"], "no integer"),
        (["i", 7], "without text"),
        (["f", "1.5"], "no hexadecimal float"),
        (["f", "0x1.8p+9999"], "out of range"),
        (["s", "x" * 100_001], "more than 100000 characters"),
        (["a", 5], "array that is not there"),
        (["a", True], "array that is not there"),
        (["g", 0], "NumPy scalar with a shape"),
        (["x", 1, 2], "without its two texts"),
        (["d", [[["l", []], ["n"]]]], "no scalar"),
        (["d", [[["i", "1"], ["n"]], [["i", "1"], ["n"]]]], "key twice"),
        (["d", [["i"]]], "not a pair"),
        (["l", [["n"]] * MAX_NODES], f"more than {MAX_NODES} values"),
    ],
)
def test_tree_when_nobody_honest_made_it_then_it_is_malformed(tree: Any, said: str) -> None:
    with pytest.raises(MalformedValue, match=said):
        decode(tree, [np.ones(2)])
