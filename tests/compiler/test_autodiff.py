from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphc.compiler import ops
from graphc.compiler.autodiff import Autodiff, check_differentiable
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, Leaf, Loc, Value, at, constant, print_graph, verify_graph
from graphc.compiler.passes import CSE, DCE, Canonicalize, Decompose, FoldConstants, SplitReductions, run_passes
from graphc.runtime.errors import NoGradientError
from graphc.runtime.types import DType, TensorType

from ..strategies import feeds, graphs

SIMPLIFY = (
    Canonicalize(),
    CSE(),
    Decompose(),
    Canonicalize(),
    FoldConstants(),
    CSE(),
    DCE(),
    SplitReductions(),
)


F64 = "f64[4]"


def leaf(name: str, text: str, kind: Any = "input") -> Leaf:
    return Leaf(kind, TensorType.parse(text), name)


def grad(y: Value, *wrt: Value) -> tuple[Value, ...]:
    return ops.vjp(y, constant(1, y.dtype), wrt)


def expand(inputs: Sequence[Leaf], outputs: Sequence[Value]) -> Graph:
    graph = Autodiff().run(Graph.reach("g", inputs, outputs))
    verify_graph(graph)
    assert not any(node.op in (ops.VJP, ops.CUSTOM_VJP) for node in graph.nodes)
    return graph


def run(inputs: Sequence[Leaf], outputs: Sequence[Value], *arrays: Any) -> list[np.ndarray[Any, Any]]:
    return evaluate(expand(inputs, outputs), [np.asarray(a) for a in arrays])[0]


def total(x: Value) -> Value:
    return ops.sum(x, axes=tuple(range(x.type.rank)))


# text ---------------------------------------------------------------------------------------------------------------


def test_the_text_of_a_small_gradient() -> None:
    x, w = leaf("x", "f32[4, 3]"), leaf("w", "f32[3]", "param")
    with at(Loc("train.py", 7)):
        h = ops.mul(x, ops.broadcast(w, shape=(4, 3), axes=(1,)))
        h.hint = "h"
    with at(Loc("train.py", 8)):
        loss = total(ops.tanh(h))
        loss.hint = "loss"
    graph = expand([x], [loss, *grad(loss, w)])
    assert print_graph(graph) == (
        "graph @g(%x: f32[4, 3], param %w: f32[3]) {\n"
        "  %broadcast: f32[4, 3] = broadcast(%w) {axes=[1]}  # train.py:7\n"
        "  %h: f32[4, 3] = mul(%x, %broadcast)               # train.py:7\n"
        "  %tanh: f32[4, 3] = tanh(%h)                       # train.py:8\n"
        "  %loss: f32[] = sum(%tanh) {axes=[0, 1]}           # train.py:8\n"
        "  %d_tanh: f32[4, 3] = broadcast(1.0) {axes=[]}     # train.py:8\n"
        "  %mul: f32[4, 3] = mul(%tanh, %tanh)               # train.py:8\n"
        "  %sub: f32[4, 3] = sub(1.0, %mul)                  # train.py:8\n"
        "  %d_h: f32[4, 3] = mul(%d_tanh, %sub)              # train.py:8\n"
        "  %d_broadcast: f32[4, 3] = mul(%d_h, %x)           # train.py:7\n"
        "  %d_w: f32[3] = sum(%d_broadcast) {axes=[0]}       # train.py:7\n"
        "  return %loss, %d_w\n"
        "}"
    )


def test_contributions_are_named_and_added_in_order() -> None:
    x = leaf("x", "f32[4]")
    y = total(ops.add(ops.sin(x), ops.mul(x, x)))
    names = [n.results[0].hint for n in expand([x], grad(y, x)).nodes if n.results[0].hint.startswith("d_")]
    assert names == ["d_add", "d_x", "d_x", "d_x", "d_x", "d_x"]  # three contributions, added twice


# values -------------------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(graph=graphs(dtypes=(DType.f64,), loss=True), seed=st.integers(0, 3))
def test_random_gradients_match_finite_differences(graph: Graph, seed: int) -> None:
    wrt = [v for v in (*graph.inputs, *graph.states) if v.dtype is DType.f64]
    (loss,) = graph.outputs
    result = Autodiff().run(Graph.reach("d", graph.inputs, [loss, *grad(loss, *wrt)], states=graph.states))
    verify_graph(result)
    arrays = dict(zip((v.hint for v in graph.inputs), feeds(graph, seed=seed), strict=True))
    arrays["w"] = graph.states[0].storage.array  # type: ignore[union-attr]
    rng = np.random.default_rng(seed)
    directions = {v.hint: rng.normal(size=arrays[v.hint].shape) for v in wrt}

    def loss_at(step: float) -> float:
        moved = {k: a + step * directions[k] if k in directions else a for k, a in arrays.items()}
        return float(evaluate(graph, moved, moved)[0][0])

    (_, *gradients), _ = evaluate(result, arrays, arrays)
    exact = sum(float(np.sum(g * directions[v.hint])) for v, g in zip(wrt, gradients, strict=True))
    step = 1e-6
    estimate = (loss_at(step) - loss_at(-step)) / (2 * step)
    # Central differences lose half the digits; graphs that amplify lose more, in proportion to the loss.
    assert exact == pytest.approx(estimate, rel=1e-4, abs=1e-6 * max(1.0, abs(loss_at(0.0))))


@settings(max_examples=30, deadline=None)
@given(graph=graphs(dtypes=(DType.f64,), loss=True))
def test_simplified_gradients_are_the_same(graph: Graph) -> None:
    wrt = [v for v in (*graph.inputs, *graph.states) if v.dtype is DType.f64]
    (loss,) = graph.outputs
    plain = Autodiff().run(Graph.reach("d", graph.inputs, [loss, *grad(loss, *wrt)]))
    simple = run_passes(plain, SIMPLIFY, verify=True)
    for a, b in zip(evaluate(simple, feeds(graph))[0], evaluate(plain, feeds(graph))[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * np.max(np.abs(b), initial=1.0))  # reassociation in f64


def test_derivatives_of_derivatives() -> None:
    x = leaf("x", F64)
    y = total(ops.mul(ops.sin(x), ops.exp(x)))
    (first,) = grad(y, x)
    (second,) = grad(total(first), x)
    (third,) = grad(total(second), x)
    at_ = np.array([-1.0, 0.3, 0.5, 2.0])
    s, c, e = np.sin(at_), np.cos(at_), np.exp(at_)
    got = run([x], [first, second, third], at_)
    for actual, expected in zip(got, (e * (s + c), 2 * e * c, 2 * e * (c - s)), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-12)  # the same formulas, rounded in another order


def test_third_derivative_against_finite_differences() -> None:
    x = leaf("x", "f64[2, 3]")
    y = total(ops.log_softmax(ops.mul(ops.tanh(x), x), axis=1))
    (first,) = grad(y, x)
    (second,) = grad(total(ops.square(first)), x)
    (third,) = grad(total(ops.square(second)), x)
    graph = expand([x], [total(ops.square(second)), third])
    point = np.random.default_rng(0).normal(size=(2, 3))
    direction = np.random.default_rng(1).normal(size=(2, 3))
    step = 1e-5
    ahead, behind = (evaluate(graph, [point + s * direction])[0][0] for s in (step, -step))
    exact = float(np.sum(evaluate(graph, [point])[0][1] * direction))
    assert exact == pytest.approx((ahead - behind) / (2 * step), rel=1e-6)


def test_by_an_intermediate_value() -> None:
    x = leaf("x", F64)
    h = ops.square(x)
    y = total(ops.mul(h, ops.sin(h)))
    d_h, d_x = grad(y, h, x)
    at_ = np.array([0.1, -0.4, 1.0, 2.0])
    s = at_**2
    got_h, got_x = run([x], [d_h, d_x], at_)
    np.testing.assert_allclose(got_h, np.sin(s) + s * np.cos(s), rtol=1e-12)
    np.testing.assert_allclose(got_x, got_h * 2 * at_, rtol=1e-12)


def test_by_the_value_itself_is_the_cotangent() -> None:
    x, g = leaf("x", F64), leaf("g", F64)
    y = ops.sin(x)
    (result,) = run([x, g], ops.vjp(y, g, [y]), np.zeros(4), np.arange(4.0))
    np.testing.assert_array_equal(result, np.arange(4.0))


def test_by_the_cotangent_gives_the_jacobian_vector_product() -> None:
    x, t = leaf("x", F64), leaf("t", F64)
    y = ops.mul(x, ops.sin(x))
    dummy = ops.broadcast(constant(0, DType.f64), shape=(4,), axes=())
    (back,) = ops.vjp(y, dummy, [x])
    (forward,) = grad(total(ops.mul(back, t)), dummy)
    at_, along = np.arange(4.0), np.array([1.0, -1.0, 2.0, 0.5])
    (got,) = run([x, t], [forward], at_, along)
    np.testing.assert_allclose(got, (np.sin(at_) + at_ * np.cos(at_)) * along, rtol=1e-12)


def test_scalars_that_were_splatted_get_a_sum() -> None:
    x, lr = leaf("x", F64), leaf("lr", "f64[]")
    (d_lr,) = run([x, lr], grad(total(ops.mul(x, lr)), lr), np.arange(4.0), np.float64(3))
    assert d_lr.shape == ()
    assert d_lr == 6.0


def test_casts_come_back() -> None:
    x = leaf("x", "f32[3]")
    (d,) = grad(total(ops.square(ops.cast(x, dtype=DType.f64))), x)
    graph = expand([x], [d])
    assert str(graph.outputs[0].type) == "f32[3]"


def test_zero_where_nothing_arrives() -> None:
    x = leaf("x", "f32[batch, 2]")
    graph = expand([x], grad(total(ops.floor(x)), x))
    assert print_graph(graph, locations=False) == (
        "graph @g(%x: f32[batch, 2]) {\n  %d_x: f32[batch, 2] = broadcast(0.0) {axes=[]}\n  return %d_x\n}"
    )


def test_stop_gradient() -> None:
    x = leaf("x", F64)
    (d,) = run([x], grad(total(ops.mul(ops.stop_gradient(x), x)), x), np.arange(4.0))
    np.testing.assert_array_equal(d, np.arange(4.0))


def test_an_index_carries_no_gradient() -> None:
    x = leaf("x", "f64[2, 3]")
    best = ops.reshape(ops.argmax(x, axis=1), shape=(2, 1))
    (d,) = run([x], grad(total(ops.take_along(x, best, axis=1)), x), [[1.0, 3.0, 2.0], [5.0, 1.0, 2.0]])
    np.testing.assert_array_equal(d, [[0, 1, 0], [1, 0, 0]])


def test_custom_rule_is_used_and_vanishes() -> None:
    x = leaf("x", F64)
    y = ops.custom_vjp(ops.sign(x), [x], lambda g, y, x: (ops.mul(g, 10.0),))
    (first,) = grad(total(ops.square(y)), x)
    at_ = np.array([-2.0, -1.0, 1.0, 2.0])
    (d,) = run([x], [first], at_)
    np.testing.assert_array_equal(d, 20 * np.sign(at_))


def test_custom_rule_is_differentiated_again() -> None:
    x = leaf("x", F64)
    y = ops.custom_vjp(ops.exp(x), [x], lambda g, y, x: (ops.mul(g, ops.square(x)),))
    (first,) = grad(total(y), x)
    (second,) = grad(total(first), x)
    (d,) = run([x], [second], np.arange(4.0))
    np.testing.assert_array_equal(d, 2 * np.arange(4.0))


def test_only_the_part_between_is_expanded() -> None:
    x, w = leaf("x", "f32[4, 3]"), leaf("w", "f32[3, 2]", "param")
    y = total(ops.matmul(ops.exp(x), w))
    graph = expand([x], grad(y, w))
    assert [n.op.name for n in graph.nodes] == ["exp", "constant", "broadcast", "matmul"]


# errors -------------------------------------------------------------------------------------------------------------


def test_no_gradient_through_a_position() -> None:
    x, w = leaf("x", "f32[4, 3]"), leaf("w", "f32[3, 5]", "param")
    with at(Loc("model.py", 39, "Net.forward")):
        h = ops.matmul(x, w)
    with at(Loc("model.py", 40, "Net.forward")):
        best = ops.argmax(h, axis=1)
    loss = total(ops.cast(best, dtype=DType.f32))
    loss.hint = "loss"
    with pytest.raises(NoGradientError) as error:
        check_differentiable(loss, [w])
    text = (
        "grad: cannot differentiate %loss with respect to %w: argmax on the path has no derivative "
        "(a position is a whole number)\n"
        "  path: %w -> matmul -> argmax -> cast -> sum -> %loss\n"
        "  at model.py:40, in Net.forward"
    )
    assert str(error.value) == text
    with pytest.raises(NoGradientError) as error:
        Autodiff().run(Graph.reach("g", [x], grad(loss, w)))
    assert str(error.value) == text


def test_long_paths_are_shortened() -> None:
    x = leaf("x", "f32[4, 3]")
    h: Value = x
    for _ in range(20):
        h = ops.sin(h)
    with at(Loc("a.py", 1)):
        best = ops.argmax(h, axis=1)
    loss = total(ops.cast(best, dtype=DType.f32))
    with pytest.raises(NoGradientError) as error:
        check_differentiable(loss, [x])
    assert "  path: %x -> sin -> sin -> sin -> sin -> ... 12 more ... -> sin -> sin -> sin -> sin -> argmax" in str(
        error.value
    )


def test_not_connected() -> None:
    x, w = leaf("x", F64), leaf("w", F64, "param")
    loss = total(x)
    loss.hint = "loss"
    with at(Loc("train.py", 12)), pytest.raises(NoGradientError) as error:
        check_differentiable(loss, [x, w])
    assert str(error.value) == (
        "grad: cannot differentiate %loss with respect to %w: it does not depend on it\n  at train.py:12"
    )


@pytest.mark.parametrize("whole", ["y", "wrt"])
def test_whole_numbers_have_no_derivative(whole: str) -> None:
    i, x = leaf("i", "i64[4]"), leaf("x", F64)
    y, wrt = (i, x) if whole == "y" else (total(x), i)
    what = "differentiate" if whole == "y" else "differentiate with respect to"
    with at(Loc("train.py", 12)), pytest.raises(NoGradientError) as error:
        check_differentiable(y, [wrt])
    assert str(error.value) == f"grad: cannot {what} %i: expected a float tensor, got i64[4]\n  at train.py:12"


def test_zero_derivatives_are_no_error() -> None:
    x = leaf("x", F64)
    check_differentiable(total(ops.floor(x)), [x])
    check_differentiable(total(ops.stop_gradient(x)), [x])
    check_differentiable(total(ops.where(ops.gt(x, 0.0), 1.0, x)), [x])


# size ---------------------------------------------------------------------------------------------------------------


def test_ten_thousand_nodes() -> None:
    x = leaf("x", "f32[batch]")
    h: Value = x
    for i in range(10_000):
        h = ops.sin(h) if i % 2 else ops.mul(ops.add(h, 1.0), 0.5)
    graph = Autodiff().run(Graph.reach("g", [x], grad(total(h), x)))
    assert len(graph.nodes) > 20_000
    simple = run_passes(graph, SIMPLIFY)
    assert len(simple.nodes) < len(graph.nodes)
