"""Operators broadcast as NumPy does."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import graphc as gr
from graphc.compile import declare
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph

BINARY: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("add", operator.add),
    ("sub", operator.sub),
    ("mul", operator.mul),
    ("lt", operator.lt),
    ("eq", operator.eq),
]


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4), st.sampled_from(BINARY))
@settings(max_examples=60, deadline=None)
def test_binary_operators_broadcast_like_numpy(shapes: Any, case: Any) -> None:
    a, b = (np.arange(np.prod(s), dtype=np.float32).reshape(s) - 3 for s in shapes.input_shapes)
    expected = case[1](a, b)
    result = case[1](gr.constant(a), gr.constant(b))
    assert result.shape == expected.shape
    graph, _ = declare([], result)
    np.testing.assert_array_equal(_value(graph), expected)


def _value(graph: Graph) -> Any:
    return evaluate(graph, [])[0][0]


@given(hnp.array_shapes(min_dims=1, max_dims=3, max_side=5), st.data())
@settings(max_examples=80, deadline=None)
def test_indexing_like_numpy(shape: tuple[int, ...], data: Any) -> None:
    array = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    key = data.draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
    graph, _ = declare([], gr.constant(array, name="x")[key])
    np.testing.assert_array_equal(_value(graph), array[key])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((2, 3), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((1, 2, 3), (5, 3, 4)),
        ((2, 3), (5, 3, 4)),
        ((6, 1, 2, 3), (5, 3, 4)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (3,)),
    ],
)
def test_matmul_like_numpy(run: Any, a: tuple[int, ...], b: tuple[int, ...], rng: np.random.Generator) -> None:
    x, y = rng.normal(size=a), rng.normal(size=b)
    np.testing.assert_allclose(run(gr.constant(x) @ gr.constant(y)), x @ y, rtol=1e-12)


def test_named_dimensions_broadcast(run: Any) -> None:
    x = gr.input("x", "f32[batch, 3]")
    y = gr.input("y", "f32[batch]")
    total = x * y.unsqueeze(1) + 1
    assert str(total.type) == "f32[batch, 3]"
    got = run(total, {x: np.ones((4, 3)), y: np.arange(4)})
    np.testing.assert_array_equal(got, np.ones((4, 3)) * np.arange(4)[:, None] + 1)


def test_named_dimensions_index(run: Any) -> None:
    x = gr.input("x", "f32[batch, 3]")
    array = np.arange(15, dtype=np.float32).reshape(5, 3)
    keys: list[Any] = [
        0,
        -1,
        2,
        -3,
        slice(1, None),
        slice(None, -1),
        slice(None, 3),
        slice(-2, None),
        slice(None, None, -1),
    ]
    for key in keys:
        np.testing.assert_array_equal(run(x[key], {x: array}), array[key])


def test_an_index_tensor_takes_rows(run: Any) -> None:
    x = gr.input("x", "f32[4, 3, 2]")
    i = gr.input("i", "i32[n]")
    array = np.arange(24, dtype=np.float32).reshape(4, 3, 2)
    rows = np.array([2, 0, 2, 1, 1])
    for key in ((i,), (slice(None), i), (Ellipsis, i % 2), (0, i), (i, 0, 1)):
        expected = array[
            tuple(rows % 2 if k is not i and isinstance(k, gr.Tensor) else rows if k is i else k for k in key)
        ]
        np.testing.assert_array_equal(run(x[key], {x: array, i: rows}), expected)


def test_python_numbers_take_the_type_beside_them(run: Any) -> None:
    x = gr.input("x", "f64[2]")
    y = 2 - x / 4 + 1.5 * x**2 - x**-1 + 2**x
    array = np.array([0.5, 3.0])
    np.testing.assert_allclose(run(y, {x: array}), 2 - array / 4 + 1.5 * array**2 - 1 / array + 2**array)
    assert (gr.input("i", "i64[3]") + 1).dtype is gr.i64


def test_whole_numbers_divide_downwards(run: Any) -> None:
    x = gr.input("x", "i64[6]")
    array = np.array([-7, -6, -1, 0, 5, 7])
    for divisor in (2, -3):
        np.testing.assert_array_equal(run(x // divisor, {x: array}), array // divisor)
        np.testing.assert_array_equal(run(x % divisor, {x: array}), array % divisor)


def test_numpy_arrays_become_constants(run: Any) -> None:
    x = gr.input("x", "f32[20]")
    table = np.arange(20, dtype=np.float32)
    np.testing.assert_array_equal(run(table - x + np.float32(1), {x: np.ones(20)}), table)
