"""Functions of the array API equal NumPy's, one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphc as gr

RNG = np.random.default_rng(9)
REALS = RNG.normal(size=(3, 4))
OTHERS = RNG.normal(size=(3, 4)) + 0.1
POSITIVE = RNG.random((3, 4)) + 0.2
WHOLE = RNG.integers(-5, 6, (3, 4))
TRUTH = RNG.random((3, 4)) > 0.5
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 2.5, -2.5, 1e-310])
CUBE = RNG.normal(size=(2, 3, 4))

Case = tuple[str, Callable[..., Any], Callable[..., Any], tuple[np.ndarray, ...]]
CASES: list[Case] = [
    *(
        (name, getattr(gr, name), getattr(np, name), (REALS,))
        for name in (
            "exp",
            "expm1",
            "sin",
            "cos",
            "tan",
            "tanh",
            "sinh",
            "cosh",
            "square",
            "abs",
            "negative",
            "positive",
            "sign",
            "floor",
            "ceil",
            "round",
            "trunc",
            "reciprocal",
        )
    ),
    *((name, getattr(gr, name), getattr(np, name), (POSITIVE,)) for name in ("log", "log1p", "log2", "log10", "sqrt")),
    *(
        (name, getattr(gr, name), getattr(np, name), (SPECIAL,))
        for name in ("isnan", "isinf", "isfinite", "floor", "trunc")
    ),
    *(
        (name, getattr(gr, name), getattr(np, name), (REALS, OTHERS))
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "maximum",
            "minimum",
            "equal",
            "not_equal",
            "less",
            "less_equal",
            "greater",
            "greater_equal",
            "floor_divide",
            "remainder",
        )
    ),
    *(
        (name, getattr(gr, name), getattr(np, name), (TRUTH, ~TRUTH))
        for name in (
            "logical_and",
            "logical_or",
            "logical_xor",
        )
    ),
    *(
        (name, getattr(gr, name), getattr(np, name), (WHOLE,))
        for name in ("abs", "square", "sign", "floor", "sum", "prod", "max")
    ),
    ("logical_not", gr.logical_not, np.logical_not, (TRUTH,)),
    ("pow", gr.pow, np.power, (POSITIVE, OTHERS)),
    ("rsqrt", gr.rsqrt, lambda x: 1 / np.sqrt(x), (POSITIVE,)),
    ("where", gr.where, np.where, (TRUTH, REALS, OTHERS)),
    (
        "where of numbers",
        lambda c: gr.where(c, 1.5, 2),
        lambda c: np.where(c, np.float32(1.5), np.float32(2)),
        (TRUTH,),
    ),
    ("clip", lambda x: gr.clip(x, -0.5, 0.25), lambda x: np.clip(x, -0.5, 0.25), (REALS,)),
    ("clip below", lambda x: gr.clip(x, min=-0.5), lambda x: np.clip(x, -0.5, None), (REALS,)),
    ("astype", lambda x: gr.astype(x, "i64"), lambda x: x.astype(np.int64), (REALS * 3,)),
    ("var", lambda x: gr.var(x, axis=1, correction=1), lambda x: np.var(x, axis=1, ddof=1), (REALS,)),
    ("std", lambda x: gr.std(x, axis=0, keepdims=True), lambda x: np.std(x, axis=0, keepdims=True), (REALS,)),
    ("any", lambda x: gr.any(x, axis=0), lambda x: np.any(x, axis=0), (TRUTH,)),
    ("all", lambda x: gr.all(x, axis=1, keepdims=True), lambda x: np.all(x, axis=1, keepdims=True), (TRUTH,)),
    ("any of numbers", gr.any, np.any, (WHOLE,)),
    ("argmax", lambda x: gr.argmax(x, axis=1), lambda x: np.argmax(x, axis=1), (REALS,)),
    ("argmax of all", gr.argmax, np.argmax, (REALS,)),
    ("argmin", lambda x: gr.argmin(x, axis=0, keepdims=True), lambda x: np.argmin(x, axis=0, keepdims=True), (REALS,)),
    ("cumulative_sum", lambda x: gr.cumulative_sum(x, axis=1), lambda x: np.cumsum(x, axis=1), (REALS,)),
    ("logsumexp", lambda x: gr.logsumexp(x, axis=(0, 2)), lambda x: np.log(np.exp(x).sum((0, 2))), (CUBE,)),
    ("vector_norm", lambda x: gr.vector_norm(x, axis=1), lambda x: np.linalg.norm(x, axis=1), (REALS,)),
    ("1-norm", lambda x: gr.vector_norm(x, 1, ord=1), lambda x: np.linalg.norm(x, 1, axis=1), (REALS,)),
    ("max-norm", lambda x: gr.vector_norm(x, 1, ord=np.inf), lambda x: np.linalg.norm(x, np.inf, axis=1), (REALS,)),
    ("reshape", lambda x: gr.reshape(x, (2, -1)), lambda x: x.reshape(2, -1), (REALS,)),
    ("flatten", lambda x: gr.flatten(x, 1), lambda x: x.reshape(2, 12), (CUBE,)),
    ("permute_dims", lambda x: gr.permute_dims(x, (2, 0, 1)), lambda x: x.transpose(2, 0, 1), (CUBE,)),
    ("moveaxis", lambda x: gr.moveaxis(x, 0, -1), lambda x: np.moveaxis(x, 0, -1), (CUBE,)),
    ("matrix_transpose", gr.matrix_transpose, lambda x: x.swapaxes(-1, -2), (CUBE,)),
    ("squeeze", lambda x: gr.squeeze(gr.expand_dims(x, 1), 1), lambda x: x, (REALS,)),
    ("expand_dims", lambda x: gr.expand_dims(x, -1), lambda x: x[..., None], (REALS,)),
    ("broadcast_to", lambda x: gr.broadcast_to(x, (2, 3, 4)), lambda x: np.broadcast_to(x, (2, 3, 4)), (REALS,)),
    ("concat", lambda x, y: gr.concat([x, y, x], axis=1), lambda x, y: np.concatenate([x, y, x], 1), (REALS, OTHERS)),
    ("stack", lambda x, y: gr.stack([x, y], axis=1), lambda x, y: np.stack([x, y], 1), (REALS, OTHERS)),
    ("split", lambda x: gr.concat(gr.split(x, [1, 3], 1)[::-1], 1), lambda x: np.roll(x, -1, 1), (REALS,)),
    ("flip", lambda x: gr.flip(x, 1), lambda x: np.flip(x, 1), (REALS,)),
    ("flip of all", gr.flip, np.flip, (CUBE,)),
    (
        "pad",
        lambda x: gr.pad(x, [(1, 0), (2, 3)], 7),
        lambda x: np.pad(x, [(1, 0), (2, 3)], constant_values=7),
        (REALS,),
    ),
    ("take", lambda x: gr.take(x, np.array([2, 0]), axis=1), lambda x: x[:, [2, 0]], (REALS,)),
    ("tril", lambda x: gr.tril(x, 1), lambda x: np.tril(x, 1), (CUBE,)),
    ("triu", lambda x: gr.triu(x, -1), lambda x: np.triu(x, -1), (CUBE,)),
    ("outer", lambda x, y: gr.outer(x[0], y[0]), lambda x, y: np.outer(x[0], y[0]), (REALS, OTHERS)),
    ("vecdot", gr.vecdot, lambda x, y: (x * y).sum(-1), (REALS, OTHERS)),
    ("zeros_like", gr.zeros_like, np.zeros_like, (REALS,)),
    ("full_like", lambda x: gr.full_like(x, 3), lambda x: np.full_like(x, 3), (WHOLE,)),
    ("softmax", gr.softmax, lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True), (REALS,)),
]


@pytest.mark.parametrize(("ours", "theirs", "arrays"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_function(
    run: Any, ours: Callable[..., Any], theirs: Callable[..., Any], arrays: tuple[np.ndarray, ...]
) -> None:
    inputs = [gr.input(f"x{i}", str(gr.constant(a).type)) for i, a in enumerate(arrays)]
    with np.errstate(all="ignore"):
        expected = theirs(*arrays)
    result = ours(*inputs)
    got = run(result, dict(zip(inputs, arrays, strict=True)))
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


def test_creation(run: Any) -> None:
    cases: list[tuple[gr.Tensor, np.ndarray]] = [
        (gr.arange(5), np.arange(5)),
        (gr.arange(2, 11, 3), np.arange(2, 11, 3)),
        (gr.arange(5, 0, -2, dtype="f32"), np.array([5, 3, 1], np.float32)),
        (gr.linspace(0, 1, 30), np.linspace(0, 1, 30).astype(np.float32)),
        (gr.eye(3, 4, k=1), np.eye(3, 4, 1, np.float32)),
        (gr.ones((2, 3)), np.ones((2, 3), np.float32)),
        (gr.zeros(4, "bool"), np.zeros(4, bool)),
        (gr.full((2,), 2.5), np.full(2, 2.5, np.float32)),
        (gr.one_hot(gr.constant([2, 0]), 3), np.eye(3, dtype=np.float32)[[2, 0]]),
        (gr.constant([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]])),
        (gr.constant(np.arange(40.0)), np.arange(40.0)),
    ]
    for ours, theirs in cases:
        got = run(ours)
        assert got.dtype == theirs.dtype
        np.testing.assert_array_equal(got, theirs)


def test_take_along_axis(run: Any) -> None:
    x, i = gr.input("x", "f64[3, 4]"), gr.input("i", "i32[3, 2]")
    places = np.array([[0, 3], [1, 1], [2, 0]])
    got = run(gr.take_along_axis(x, i, axis=1), {x: REALS, i: places})
    np.testing.assert_array_equal(got, np.take_along_axis(REALS, places, 1))


def test_named_dimensions_are_sizes_too(run: Any) -> None:
    x = gr.input("x", "f32[batch, 3]")
    batch = x.shape[0]
    feeds = {x: np.ones((5, 3), np.float32)}
    np.testing.assert_array_equal(
        run(x.mean(0) + x.sum() + gr.arange(batch).sum().astype("f32"), feeds), np.full(3, 26)
    )
    np.testing.assert_array_equal(run(gr.ones((batch, 2)) + 0 * x[:, :2], feeds), np.ones((5, 2)))
    np.testing.assert_array_equal(run(x.reshape(batch * 3) * 2, feeds), np.full(15, 2))
    assert run(x.var(correction=1), feeds) == 0


def test_every_function_is_exported_and_documented() -> None:
    from graphc import functions

    inner = {"iota", "size_of"}
    for name in dir(functions):
        value = getattr(functions, name)
        if callable(value) and not name.startswith("_") and name not in inner:
            assert getattr(gr, name) is value
            assert value.__doc__
