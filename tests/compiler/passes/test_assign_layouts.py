from __future__ import annotations

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, Leaf
from graphc.compiler.passes import CSE, AssignLayouts
from graphc.runtime.storage import Storage
from graphc.runtime.types import TensorType


def leaf(kind: str, name: str, type: str) -> Leaf:
    parsed = TensorType.parse(type)
    storage = (
        None
        if kind == "input"
        else Storage(parsed, np.random.default_rng(len(name)).standard_normal(parsed.concrete({})))
    )
    return Leaf(kind, parsed, name, storage)


def two_layers(*, training: bool, weight: str = "f32[96, 64]") -> Graph:
    x = leaf("input", "x", "f32[batch, 64]")
    w, b, v = leaf("param", "w", weight), leaf("param", "bias", "f32[96]"), leaf("param", "vv", "f32[80, 96]")
    h = ops.matmul(x, w, transpose_b=True)
    h = ops.relu(ops.add(h, ops.broadcast(b, shape=h.type.shape, axes=(1,))))
    y = ops.matmul(h, v, transpose_b=True)
    gradient = ops.matmul(y, h, transpose_a=True)
    updates = [(v, ops.sub(v, ops.mul(gradient, 0.1)))] if training else []
    return Graph.reach("g", [x], [ops.sum(y, axes=(0, 1))], updates)


def operators(graph: Graph) -> list[str]:
    return [n.op.name for n in graph.nodes]


def test_training_reads_weights_as_they_lie() -> None:
    graph = AssignLayouts().run(two_layers(training=True))
    products = [n for n in graph.nodes if n.op.name == "matmul"]
    assert [n.attrs["transpose_b"] for n in products] == [False, False, False]
    assert [n.operands[0].hint for n in products][:2] == ["w", "vv"]
    # x is turned once, the hidden layer is read both ways, the bias moves to the rows; relu and add run transposed.
    relu = next(n for n in graph.nodes if n.op.name == "relu")
    assert str(relu.results[0].type) == "f32[96, batch]"
    assert operators(graph).count("permute_dims") == 3


@pytest.mark.parametrize("training", [True, False])
def test_the_meaning_stays(training: bool) -> None:
    before = two_layers(training=training)
    after = AssignLayouts().run(before)
    x = np.random.default_rng(0).standard_normal((5, 64)).astype(np.float32)
    expected, new = evaluate(before, [x], promote=True)
    found, newer = evaluate(after, [x], promote=True)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)  # float64: only the order of sums differs
    assert new.keys() == newer.keys()
    for name, value in new.items():
        np.testing.assert_allclose(newer[name], value, rtol=1e-12, atol=1e-12)


def test_inference_and_small_weights_stay_as_they_are() -> None:
    graph = two_layers(training=False)
    assert AssignLayouts().run(graph) is graph
    small = AssignLayouts(least=10**9).run(two_layers(training=True))
    assert operators(small) == operators(two_layers(training=True))


def joined(*, others: str = "") -> Graph:
    """The product of two layers, which the gradient of a third one reads by rows; others may read the two as well."""
    x = leaf("input", "x", "f32[batch, 64]")
    w, v, u = leaf("param", "w", "f32[96, 64]"), leaf("param", "vv", "f32[96, 64]"), leaf("param", "uuu", "f32[96, 64]")
    s = leaf("param", "s", "f32[80, 96]")
    a, c = ops.matmul(x, w, transpose_b=True), ops.matmul(x, v, transpose_b=True)
    beside = []
    if others == "rows":
        beside = [ops.sum(a, axes=(1,))]
    elif others == "products":
        beside = [ops.matmul(a, s, transpose_b=True), ops.matmul(c, s, transpose_b=True)]
    elif others == "result":
        beside = [a]
    gradient = ops.matmul(ops.mul(ops.tanh(a), c), x, transpose_a=True)
    return Graph.reach("g", [x], beside, [(u, ops.sub(u, gradient))])


@pytest.mark.parametrize(
    ("others", "type"),
    [
        ("", "f32[96, batch]"),  # one value is stored and read, not two
        ("rows", "f32[batch, 96]"),  # somebody reads one of the two by rows
        ("products", "f32[batch, 96]"),  # both are stored anyway
        ("result", "f32[batch, 96]"),
    ],
)
def test_several_transposed_values_are_joined_where_that_stores_less(others: str, type: str) -> None:
    graph = AssignLayouts().run(joined(others=others))
    (product,) = [n for n in graph.nodes if n.op.name == "mul"]
    assert str(product.results[0].type) == type


def test_joining_leaves_one_transpose() -> None:
    graph = CSE().run(AssignLayouts().run(joined()))
    assert operators(graph).count("permute_dims") == 2  # of x, and of what is joined


@pytest.mark.parametrize("others", ["", "rows", "products", "result"])
def test_joining_keeps_the_meaning(others: str) -> None:
    before = joined(others=others)
    x = np.random.default_rng(0).standard_normal((5, 64)).astype(np.float32)
    expected, new = evaluate(before, [x], promote=True)
    found, newer = evaluate(AssignLayouts().run(before), [x], promote=True)
    for value, wanted in zip([*found, *newer.values()], [*expected, *new.values()], strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-12, atol=1e-12)
