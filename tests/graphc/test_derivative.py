"""grad, vjp, jvp, jacobian, hessian and rules of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn


def test_the_one_layer_example(run: Any) -> None:
    """x = ones(5), w (5, 3), b (3): the gradients of a binary cross-entropy, by hand."""
    rng = np.random.default_rng(0)
    w, b = gr.parameter(rng.normal(size=(5, 3)), "w"), gr.parameter(rng.normal(size=3), "b")
    x, y = gr.ones(5, "f64"), gr.zeros(3, "f64")
    z = x @ w + b
    loss = nn.functional.binary_cross_entropy_with_logits(z, y)
    dw, db = run(gr.grad(loss, [w, b]))
    sigmoid = 1 / (1 + np.exp(-(w.numpy().sum(0) + b.numpy())))
    np.testing.assert_allclose(db, sigmoid / 3, rtol=1e-12)
    np.testing.assert_allclose(dw, np.broadcast_to(sigmoid / 3, (5, 3)), rtol=1e-12)


def test_grad_gives_back_the_structure_of_wrt(run: Any) -> None:
    x, y = gr.input("x", "f64[3]"), gr.input("y", "f64[3]")
    z = (x * x * y).sum()
    assert isinstance(gr.grad(z, x), gr.Tensor)
    assert gr.grad(z, x).name == "d_x"
    both = gr.grad(z, (x, y))
    assert isinstance(both, list)
    feeds = {x: np.array([1.0, 2.0, 3.0]), y: np.array([4.0, 5.0, 6.0])}
    dx, dy = run(both, feeds)
    np.testing.assert_array_equal(dx, 2 * feeds[x] * feeds[y])
    np.testing.assert_array_equal(dy, feeds[x] ** 2)
    assert gr.grad(z, []) == []


def test_gradients_of_gradients(run: Any) -> None:
    x = gr.input("x", "f64[]")
    y = x**5
    for order in range(1, 4):
        y = gr.grad(y, x)
        expected = {1: 5 * 1.3**4, 2: 20 * 1.3**3, 3: 60 * 1.3**2}[order]
        np.testing.assert_allclose(run(y, {x: 1.3}), expected, rtol=1e-12)


def test_a_gradient_by_something_computed(run: Any) -> None:
    x = gr.input("x", "f64[4]")
    h = gr.sin(x)
    np.testing.assert_allclose(run(gr.grad((h * h).sum(), h), {x: np.arange(4.0)}), 2 * np.sin(np.arange(4.0)))


def _function(x: gr.Tensor) -> gr.Tensor:
    return gr.stack([(x**2).sum(), x[0] * gr.exp(x[1]), gr.sin(x[2])])


def _jacobian(x: np.ndarray) -> np.ndarray:
    return np.array([2 * x, [np.exp(x[1]), x[0] * np.exp(x[1]), 0], [0, 0, np.cos(x[2])]])


def test_vjp_jvp_and_jacobian(run: Any) -> None:
    x = gr.input("x", "f64[3]")
    at, v = np.array([0.3, -0.7, 1.1]), np.array([1.0, -2.0, 0.5])
    y = _function(x)
    vector = gr.constant(v)
    back, forward, full = run([gr.vjp(y, x, vector), gr.jvp(y, x, vector), gr.jacobian(y, x)], {x: at})
    np.testing.assert_allclose(full, _jacobian(at), rtol=1e-12)
    np.testing.assert_allclose(back, v @ _jacobian(at), rtol=1e-12)
    np.testing.assert_allclose(forward, _jacobian(at) @ v, rtol=1e-12)


def test_jvp_of_a_scalar_and_of_several(run: Any) -> None:
    x, y = gr.input("x", "f64[]"), gr.input("y", "f64[batch]")
    z = (gr.exp(x) * y).sum()
    got = run(gr.jvp(z, [x, y], [gr.constant(2.0, "f64"), y]), {x: 0.5, y: np.arange(3.0)})
    np.testing.assert_allclose(got, np.exp(0.5) * 3 * 3, rtol=1e-12)


def test_hessian(run: Any) -> None:
    x = gr.input("x", "f64[3]")
    y = x[0] ** 3 * x[1] + x[2] ** 2 * x[0]
    a, b, c = 1.5, -0.5, 2.0
    expected = [[6 * a * b, 3 * a**2, 2 * c], [3 * a**2, 0, 0], [2 * c, 0, 2 * a]]
    np.testing.assert_allclose(run(gr.hessian(y, x), {x: [a, b, c]}), expected, rtol=1e-12, atol=1e-12)


def test_jacobian_keeps_both_shapes(run: Any) -> None:
    x = gr.input("x", "f64[2, 3]")
    got = run(gr.jacobian((x * 2).T, x), {x: np.ones((2, 3))})
    assert got.shape == (3, 2, 2, 3)
    expected = np.zeros((3, 2, 2, 3))
    for i in range(2):
        for j in range(3):
            expected[j, i, i, j] = 2
    np.testing.assert_array_equal(got, expected)


def test_stop_gradient(run: Any) -> None:
    x = gr.input("x", "f64[3]")
    at = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(run(gr.grad((gr.stop_gradient(x) * x).sum(), x), {x: at}), at)
    np.testing.assert_array_equal(run(gr.grad((x.detach() * x).sum(), x), {x: at}), at)


def test_a_rule_of_ones_own(run: Any) -> None:
    def straight_through(g: gr.Tensor, y: gr.Tensor, x: gr.Tensor) -> gr.Tensor:
        return g * (gr.abs(x) <= 1).astype(x.dtype)

    @gr.custom_vjp(straight_through)
    def binary(x: gr.Tensor) -> gr.Tensor:
        """Signs."""
        return gr.sign(x)

    assert binary.__doc__ == "Signs."
    x = gr.input("x", "f64[4]")
    at = np.array([-2.0, -0.5, 0.5, 3.0])
    y = binary(x)
    value, slope = run([y, gr.grad((y * 3).sum(), x)], {x: at})
    np.testing.assert_array_equal(value, np.sign(at))
    np.testing.assert_array_equal(slope, [0, 3, 3, 0])


def test_a_wrong_rule_is_told_at_declaration() -> None:
    x = gr.input("x", "f64[4]")
    with pytest.raises(gr.ShapeError, match=r"custom_vjp: wrong: expected a gradient f64\[4\] for %x, got f64\[\]"):
        gr.custom_vjp(_wrong)(lambda x: x * 2)(x)
    with pytest.raises(gr.DeclarationError, match="expected 1 gradients, one for each tensor, got 2"):
        gr.custom_vjp(lambda g, y, x: (g, g))(lambda x: x * 2)(x)


def _wrong(g: gr.Tensor, y: gr.Tensor, x: gr.Tensor) -> gr.Tensor:
    return g.sum()


_wrong.__name__ = "wrong"
