from __future__ import annotations

import re
import threading
from typing import Any

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.interpreter import apply_reference, evaluate
from graphc.compiler.ir import Graph, Leaf, Node, NotDifferentiable, NotLowered, Op, Value
from graphc.runtime.errors import FeedError, LoweringError, ShapeError, VerifyError
from graphc.runtime.storage import Storage
from graphc.runtime.types import Dim, DType, TensorType

B = Dim.named("batch")


def leaf(name: str, text: str, kind: Any = "input", value: Any = None) -> Leaf:
    type = TensorType.parse(text)
    return Leaf(kind, type, name, None if value is None else Storage(type, value))


def test_outputs_and_updates() -> None:
    x, w = leaf("x", "f32[batch, 2]"), leaf("w", "f32[2]", "param", [1, 2])
    y = ops.mul(x, ops.broadcast(w, shape=(B, 2), axes=(1,)))
    graph = Graph.reach("g", [x], [y, x], [(w, ops.add(w, 1.0))])
    outputs, updates = evaluate(graph, {"x": [[1, 2], [3, 4]]})
    np.testing.assert_array_equal(outputs[0], [[1, 4], [3, 8]])
    assert [o.dtype for o in outputs] == [np.float32, np.float32]
    np.testing.assert_array_equal(updates["w"], [2, 3])
    assert w.storage is not None
    np.testing.assert_array_equal(w.storage.array, [1, 2])  # nothing is written
    np.testing.assert_array_equal(evaluate(graph, [np.ones((1, 2))], {"w": [5, 6]})[0][0], [[5, 6]])


def test_an_output_that_is_a_state_is_a_copy() -> None:
    w = leaf("w", "f32[2]", "state", [1, 2])
    (found,), _ = evaluate(Graph.reach("g", [], [w]), [])
    assert w.storage is not None
    w.storage.assign(0)
    np.testing.assert_array_equal(found, [1, 2])


def test_dimensions_are_known_from_any_input_and_reach_attributes() -> None:
    doubled, x = leaf("doubled", "f32[2*batch]"), leaf("x", "f32[batch, 3]")
    flat = ops.reshape(x, shape=(3 * B,))
    outputs = [flat, ops.slice(doubled, start=(B,), stop=(2 * B,), step=(1,)), ops.dim_size(3 * B + 1)]
    found, _ = evaluate(Graph.reach("g", [doubled, x], outputs), [np.arange(4), np.ones((2, 3))])
    assert found[0].shape == (6,)
    np.testing.assert_array_equal(found[1], [2, 3])
    assert found[2] == 7


def test_dimensions_can_be_given() -> None:
    (found,), _ = evaluate(Graph.reach("g", [], [ops.iota(shape=(B,), axis=0)]), [], dims={"batch": 3})
    np.testing.assert_array_equal(found, [0, 1, 2])


def test_promotion_computes_in_f64() -> None:
    x = leaf("x", "f32[3]")
    y = ops.cast(ops.div(ops.cast(x, dtype=DType.bf16), 3.0), dtype=DType.f32)
    graph = Graph.reach("g", [x], [y, ops.gt(x, 0.0)])
    array = np.array([1.0, 2.0, 4.0]) / 7
    (promoted, mask), _ = evaluate(graph, [array], promote=True)
    np.testing.assert_array_equal(promoted, array / 3)
    assert mask.dtype == np.bool_
    (narrow, _), _ = evaluate(graph, [array])
    assert narrow.dtype == np.float32
    assert 1e-5 < abs(narrow[0] - array[0] / 3) / array[0] < 1e-2


def test_promotion_draws_the_same_random_numbers() -> None:
    rng = leaf("rng", "i64[2]")
    graph = Graph.reach("g", [rng], [ops.uniform(rng, 0, shape=(50,), dtype=DType.f32)])
    (narrow,), _ = evaluate(graph, [[3, 4]])
    (wide,), _ = evaluate(graph, [[3, 4]], promote=True)
    assert wide.dtype == np.float64
    np.testing.assert_array_equal(wide, narrow)


def test_long_chains_do_not_recurse() -> None:
    x = leaf("x", "f64[1]")
    y: Value = x
    for _ in range(20_000):
        y = ops.add(y, 1.0)
    graph = Graph.reach("g", [x], [y])
    found: list[Any] = []
    worker = threading.Thread(target=lambda: found.extend(evaluate(graph, [[0.0]])[0]))
    worker.start()
    worker.join()
    np.testing.assert_array_equal(found, [[20_000]])


def check(error: type[Exception], text: str, graph: Graph, feeds: Any, **options: Any) -> None:
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        evaluate(graph, feeds, **options)


def test_messages_about_feeds() -> None:
    x, w, n = leaf("x", "f32[batch, 3]"), leaf("w", "f32[3]", "param"), leaf("n", "f32[2*time]")
    graph = Graph.reach("g", [x], [x, w])
    check(FeedError, "evaluate: input 'x' is missing, expected f32[batch, 3]", graph, {})
    check(FeedError, "evaluate: param 'w' is missing, expected f32[3]", graph, [np.ones((2, 3))])
    states = {"w": np.ones(3)}
    check(FeedError, "evaluate: 'x' expects f32[batch, 3], got shape [2, 4]", graph, [np.ones((2, 4))], states=states)
    check(
        FeedError, "evaluate: 'x' is f32[batch, 3], and nothing tells the dimension batch", graph, [1.0], states=states
    )
    check(
        FeedError,
        "evaluate: 'n' is f32[2*time], and nothing tells the dimension time",
        Graph.reach("g", [n], [n]),
        [np.ones(4)],
    )


def test_conflicting_dimensions() -> None:
    x, y = leaf("x", "f32[batch]"), leaf("y", "f32[batch]")
    text = "evaluate: 'y' expects f32[batch], got shape [3]"
    check(FeedError, text, Graph.reach("g", [x, y], [ops.add(x, y)]), [np.ones(2), np.ones(3)])


def test_bounds_that_only_a_call_knows() -> None:
    x = leaf("x", "f32[batch]")
    graph = Graph.reach("g", [x], [ops.slice(x, start=(3,), stop=(B + 1,), step=(1,))])
    text = r"^slice: expected bounds within 0 to 4, got 3 to 5 by 1 \(axis 0 of %x\)\n  %x:  f32\[batch\]  input, test_"
    with pytest.raises(ShapeError, match=text):
        evaluate(graph, [np.ones(4)])


def test_vjp_must_be_expanded_first() -> None:
    x = leaf("x", "f32[2]")
    (d_x,) = ops.vjp(ops.exp(x), x, [x])
    check(
        LoweringError, "vjp: it has no value before the autodiff pass has run", Graph.reach("g", [x], [d_x]), [[1, 2]]
    )


def test_a_reference_that_breaks_its_type_rule_is_found() -> None:
    wrong = Op(
        name="wrong",
        type_rule=lambda x: x,
        grad_rule=NotDifferentiable("test"),
        reference=lambda x: x[:1],
        lower_cpu=NotLowered("test"),
        lower_cuda=NotLowered("test"),
    )
    node = wrong(leaf("x", "f32[3]")).node
    assert isinstance(node, Node)
    text = "wrong: the reference gives shape [1], the type rule [3]"
    with pytest.raises(VerifyError, match=f"^{re.escape(text)}$"):
        apply_reference(node, [np.ones(3)], {})
