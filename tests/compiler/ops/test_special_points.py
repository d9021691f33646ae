"""Derivatives at kinks, ties and zeros, and values at infinities: where the conventions are PyTorch's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.autodiff import gradients
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, Leaf, Value, constant
from graphc.runtime.errors import IndexRangeError, LoweringError
from graphc.runtime.types import DType, TensorType

Build = Callable[..., Value]


def leaves_of(arrays: Sequence[Any]) -> list[Leaf]:
    return [Leaf("input", TensorType(DType.of(a.dtype), a.shape), f"x{i}") for i, a in enumerate(arrays)]


def run(outputs: Sequence[Value], inputs: Sequence[Leaf], arrays: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    return evaluate(Graph.reach("g", inputs, outputs), arrays)[0]


def total(x: Value) -> Value:
    return ops.sum(x, axes=tuple(range(x.type.rank)))


def weights(x: Value) -> Value:
    """Different weights for the elements, so that no error cancels in a sum."""
    size = x.type.size
    assert isinstance(size, int)
    flat = ops.add(ops.iota(shape=(size,), axis=0, dtype=x.dtype), 1.0)
    return ops.reshape(flat, shape=x.type.shape)


def derivatives(build: Build, arrays: Sequence[Any]) -> tuple[list[np.ndarray[Any, Any]], list[np.ndarray[Any, Any]]]:
    """First and second derivatives of weighted sums."""
    inputs = leaves_of(arrays)
    y = build(*inputs)
    first = gradients(y, weights(y), inputs)
    mixed = total(ops.mul(first[0], weights(first[0])))
    for f in first[1:]:
        mixed = ops.add(mixed, total(ops.mul(f, weights(f))))
    second = gradients(mixed, constant(1, DType.f64), inputs)
    found = run([*first, *second], inputs, arrays)
    return found[: len(arrays)], found[len(arrays) :]


def torch_derivatives(build: Build, arrays: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    torch = pytest.importorskip("torch")

    def steps(t: Any) -> Any:
        return torch.arange(1, t.numel() + 1, dtype=torch.float64).reshape(t.shape)

    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = build(*tensors)
    first = torch.autograd.grad((y * steps(y)).sum(), tensors, create_graph=True)
    mixed = sum((f * steps(f)).sum() for f in first)
    second = torch.autograd.grad(mixed, tensors, allow_unused=True) if mixed.requires_grad else [None] * len(tensors)
    filled = [torch.zeros_like(t) if s is None else s for t, s in zip(tensors, second, strict=True)]
    return [f.detach().numpy() for f in first], [s.numpy(force=True) for s in filled]


def _prod(axis: int) -> tuple[Build, Callable[[Any], Build]]:
    return lambda x: ops.prod(x, axes=(axis,)), lambda t: lambda x: x.prod(axis)


KINKS: dict[str, tuple[Build, Callable[[Any], Build], list[Any]]] = {
    "relu": (ops.relu, lambda t: t.relu, [[-1.0, 0.0, 2.0]]),
    "abs": (ops.abs, lambda t: t.abs, [[-1.0, 0.0, 2.0]]),
    "maximum": (ops.maximum, lambda t: t.maximum, [[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    "minimum": (ops.minimum, lambda t: t.minimum, [[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    "max": (lambda x: ops.max(x, axes=(1,)), lambda t: lambda x: x.amax(1), [[[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]]),
    "min": (lambda x: ops.min(x, axes=(0, 1)), lambda t: lambda x: x.amin(), [[[1.0, 3.0], [1.0, 2.0]]]),
    "square": (ops.square, lambda t: t.square, [[0.0, 1.0]]),
    "softplus": (ops.softplus, lambda t: lambda x: t.logaddexp(x, 0 * x), [[-40.0, 0.0, 15.0]]),
    "gelu": (ops.gelu, lambda t: t.nn.functional.gelu, [[-20.0, 0.0, 20.0]]),
    "prod, no zero": (*_prod(0), [[2.0, -3.0, 4.0]]),
    "prod, one zero": (*_prod(0), [[2.0, 0.0, 4.0]]),
    "prod, two zeros": (*_prod(0), [[0.0, 3.0, 0.0, 5.0]]),
    "prod, three zeros": (*_prod(0), [[0.0, 0.0, 0.0, 5.0]]),
    "prod, rows": (*_prod(1), [[[0.0, 3.0, 2.0], [0.0, 0.0, 5.0]]]),
}


@pytest.mark.parametrize("name", KINKS)
def test_derivatives_are_pytorchs(name: str) -> None:
    build, twin, lists = KINKS[name]
    torch = pytest.importorskip("torch")
    arrays = [np.array(values) for values in lists]
    found, expected = derivatives(build, arrays), torch_derivatives(twin(torch), arrays)
    ours: Any
    for ours, theirs in zip(found[0] + found[1], expected[0] + expected[1], strict=True):
        np.testing.assert_allclose(ours, theirs, 1e-12, 1e-12)


POWERS = [(0.0, 2.0), (0.0, 1.0), (0.0, 0.0), (2.0, 0.0), (-2.0, 3.0), (0.0, 0.5), (1.0, -1.0)]


@pytest.mark.parametrize(("a", "b"), POWERS)
def test_power_at_zero_and_one(a: float, b: float) -> None:
    torch = pytest.importorskip("torch")
    arrays = [np.array([a]), np.array([b])]
    inputs = leaves_of(arrays)
    y = ops.pow(*inputs)
    found = run([y, *gradients(y, weights(y), inputs)], inputs, arrays)
    tensors = [torch.tensor(x, requires_grad=True) for x in arrays]
    expected = torch.pow(*tensors)
    expected.backward()
    for ours, theirs in zip(found, [expected.detach(), *(t.grad for t in tensors)], strict=True):
        np.testing.assert_array_equal(ours, theirs.numpy())


def test_softmax_relatives_do_not_overflow() -> None:
    arrays = [np.array([[1e4, 0.0], [-1e4, -1e4], [-np.inf, 3.0]])]
    (x,) = inputs = leaves_of(arrays)
    outputs = [ops.softmax(x, axis=1), ops.log_softmax(x, axis=1), ops.logsumexp(x, axis=1)]
    soft, log_soft, lse = run(outputs, inputs, arrays)
    np.testing.assert_allclose(soft, [[1, 0], [0.5, 0.5], [0, 1]])
    np.testing.assert_allclose(log_soft, [[0.0, -1e4], [-math.log(2), -math.log(2)], [-np.inf, 0]])
    np.testing.assert_allclose(lse, [1e4, -1e4 + math.log(2), 3.0])


@pytest.mark.parametrize("row", [[-np.inf, -np.inf], [np.inf, 0.0], [np.nan, 0.0]])
def test_logsumexp_of_infinities(row: list[float]) -> None:
    (x,) = inputs = leaves_of([np.array(row)])
    lowering: Any = ops.LOGSUMEXP.lower_cpu
    whole, expanded = run([ops.logsumexp(x, axis=0), lowering.expand(x, axis=0)], inputs, [np.array(row)])
    expected = max(row) if not np.isnan(row[0]) else np.nan
    np.testing.assert_array_equal([whole, expanded], [expected, expected])


def test_extremes_and_searches_keep_nan() -> None:
    array = np.array([1.0, np.nan, 3.0])
    (x,) = inputs = leaves_of([array])
    outputs = [ops.max(x, axes=(0,)), ops.min(x, axes=(0,)), ops.argmax(x, axis=0), ops.argmin(x, axis=0)]
    greatest, least, *positions = run(outputs, inputs, [array])
    assert np.isnan(greatest)
    assert np.isnan(least)
    assert [int(p) for p in positions] == [1, 1]


def test_rounding_is_to_even_and_remainder_has_the_divisors_sign() -> None:
    array = np.array([-2.5, -0.5, 0.5, 1.5, 2.5])
    (x,) = inputs = leaves_of([array])
    rounded, left, negative = run([ops.round(x), ops.remainder(x, 2.0), ops.remainder(x, -2.0)], inputs, [array])
    np.testing.assert_array_equal(rounded, [-2, 0, 0, 2, 2])
    np.testing.assert_array_equal(left, [1.5, 1.5, 0.5, 1.5, 0.5])
    np.testing.assert_array_equal(negative, [-0.5, -0.5, -1.5, -0.5, -1.5])


def test_scattering_adds_up_what_meets() -> None:
    g, index = np.array([1.0, 2.0, 4.0]), np.array([2, 0, 2])
    inputs = leaves_of([g, index])
    rows, elements = run(
        [ops.take_grad(*inputs, axis=0, size=4), ops.take_along_grad(*inputs, axis=0, size=3)], inputs, [g, index]
    )
    np.testing.assert_array_equal(rows, [2, 0, 5, 0])
    np.testing.assert_array_equal(elements, [2, 0, 5])


def test_check_index_names_value_and_place() -> None:
    index = np.array([[0, 1], [7, -1]])
    (x,) = inputs = leaves_of([index])
    with pytest.raises(IndexRangeError, match=r"^check_index: expected 0 <= index < 3, got 7 at \[1, 0\]$"):
        run([ops.check_index(x, size=3, ignore=-1)], inputs, [index])
    with pytest.raises(IndexRangeError, match=r"got -1 at \[1, 1\]$"):
        run([ops.check_index(x, size=8)], inputs, [index])
    (same,) = run([ops.check_index(x, size=8, ignore=-1)], inputs, [index])
    np.testing.assert_array_equal(same, index)


def test_uniform_numbers_depend_on_seed_step_stream_and_element() -> None:
    states = [np.array([5, 0]), np.array([5, 1]), np.array([6, 0])]
    inputs = leaves_of(states)
    attrs: dict[str, Any] = {"shape": (4000,), "dtype": DType.f32}
    a, b, c = (ops.uniform(rng, 0, **attrs) for rng in inputs)
    advanced = ops.uniform(ops.advance_rng(inputs[0]), 0, **attrs)
    found = run([a, b, c, ops.uniform(inputs[0], 1, **attrs), advanced], inputs, states)
    for numbers in found:
        assert numbers.min() >= 0
        assert numbers.max() < 1
        assert abs(numbers.mean() - 0.5) < 0.02  # four standard deviations
        assert abs(numbers.var() - 1 / 12) < 0.005
    np.testing.assert_array_equal(found[4], found[1])
    for i, j in ((0, 1), (0, 2), (0, 3), (1, 3)):
        assert abs(np.corrcoef(found[i], found[j])[0, 1]) < 0.07


def test_vjp_has_no_value() -> None:
    (x,) = inputs = leaves_of([np.ones(2)])
    (d_x,) = ops.vjp(ops.exp(x), x, [x])
    with pytest.raises(LoweringError, match=r"^vjp: it has no value before the autodiff pass has run$"):
        run([d_x], inputs, [np.ones(2)])


def test_custom_vjp_gives_its_rule_the_value_and_the_inputs() -> None:
    (x,) = inputs = leaves_of([np.array([3.0])])
    seen: list[tuple[Value, ...]] = []

    def rule(g: Value, y: Value, *given: Value) -> tuple[Value | None, ...]:
        seen.append((y, *given))
        return (ops.mul(g, 10.0),)

    inner = ops.exp(x)
    y = ops.custom_vjp(inner, [x], rule)
    (d_x,) = gradients(y, weights(y), [x])
    np.testing.assert_array_equal(run([d_x], inputs, [np.array([3.0])])[0], [10.0])
    assert seen == [(inner, x)]
