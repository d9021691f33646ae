from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.autodiff import Autodiff
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Graph, Leaf, Loc, Value, at, constant, verify_graph
from graphc.compiler.passes import (
    CSE,
    DCE,
    Canonicalize,
    Decompose,
    FoldConstants,
    ResolveTraining,
    SplitReductions,
    run_passes,
)
from graphc.runtime.errors import CompileError, ShapeError
from graphc.runtime.storage import Storage
from graphc.runtime.types import TensorType

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


def leaf(name: str, text: str, value: Any = None) -> Leaf:
    type = TensorType.parse(text)
    return Leaf("input", type, name) if value is None else Leaf("state", type, name, Storage(type, value))


def resolve(
    inputs: Sequence[Leaf], outputs: Sequence[Value], *, training: bool = True, rng: Leaf | None = None, **options: Any
) -> Graph:
    graph = ResolveTraining(training, rng).run(Graph.reach("g", inputs, outputs, **options))
    verify_graph(graph)
    assert not any(node.op in (ops.DROPOUT, ops.BATCH_NORM) for node in graph.nodes)
    return graph


def random_state() -> Leaf:
    return leaf("rng", "i64[2]", np.array([7, 3]))


# dropout ------------------------------------------------------------------------------------------------------------


def test_dropout_is_nothing_in_evaluation() -> None:
    x = leaf("x", "f32[batch, 4]")
    graph = resolve([x], [ops.dropout(x, p=0.5)], training=False)
    assert graph.outputs == (x,)
    assert graph.updates == ()


def test_dropout_drops_and_scales() -> None:
    x, rng = leaf("x", "f32[batch, 4]"), random_state()
    graph = resolve([x], [ops.dropout(x, p=0.25)], rng=rng)
    ((y,), updates) = evaluate(graph, [np.ones((500, 4), np.float32)])
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert np.mean(y == 0) == pytest.approx(0.25, abs=0.03)
    np.testing.assert_array_equal(updates["rng"], [7, 4])


def test_the_mask_is_a_graph_of_its_own() -> None:
    x, rng = leaf("x", "f32[batch, 4]"), random_state()
    graph = resolve([x], [ops.dropout(x, p=0.25)], rng=rng)
    assert [n.op.name for n in graph.nodes if n.results[0].literal is None] == [
        "uniform", "ge", "where", "mul", "advance_rng",
    ]  # fmt: skip


def test_the_gradient_uses_the_same_mask() -> None:
    x, rng = leaf("x", "f32[batch, 4]"), random_state()
    y = ops.dropout(x, p=0.5)
    (d,) = ops.vjp(y, ops.broadcast(constant(1, x.dtype), shape=x.type.shape, axes=()), [x])
    graph = run_passes(resolve([x], [y, d], rng=rng), (Autodiff(), *SIMPLIFY), verify=True)
    (y_, d_), _ = evaluate(graph, [np.ones((9, 4), np.float32)])
    np.testing.assert_array_equal(y_, d_)
    assert sum(node.op is ops.UNIFORM for node in graph.nodes) == 1


@pytest.mark.parametrize(("p", "expected"), [(0.0, 1.0), (1.0, 0.0)])
def test_dropout_of_nothing_and_of_everything(p: float, expected: float) -> None:
    x = leaf("x", "f32[batch, 4]")
    graph = resolve([x], [ops.dropout(x, p=p)])
    (y,), _ = evaluate(graph, [np.ones((3, 4), np.float32)])
    np.testing.assert_array_equal(y, np.full((3, 4), expected))
    assert graph.updates == ()


def test_random_nodes_are_numbered_in_order() -> None:
    x, rng = leaf("x", "f32[8, 8]"), random_state()
    y = ops.dropout(ops.dropout(ops.dropout(x, p=0.5, node=9), p=0.5, node=9), p=0.5)
    graph = resolve([x], [y], rng=rng)
    assert [n.operands[1].literal for n in graph.nodes if n.op is ops.UNIFORM] == [0, 1, 2]
    assert len(graph.updates) == 1


def test_training_needs_a_random_state() -> None:
    x = leaf("x", "f32[8]")
    with at(Loc("train.py", 3)):
        y = ops.dropout(x, p=0.5)
    with pytest.raises(CompileError, match="dropout: expected a random state for training, got none"):
        ResolveTraining(training=True).run(Graph.reach("g", [x], [y]))


def test_a_removed_dropout_stays_something_to_differentiate_by() -> None:
    x = leaf("x", "f64[3]")
    h = ops.dropout(x, p=0.5)
    y = ops.sum(ops.add(ops.mul(h, 2.0), x), axes=(0,))
    d_h, d_x = ops.vjp(y, constant(1, y.dtype), [h, x])
    graph = Autodiff().run(resolve([x], [d_h, d_x], training=False))
    (by_h, by_x), _ = evaluate(graph, [np.ones(3)])
    np.testing.assert_array_equal(by_h, [2, 2, 2])
    np.testing.assert_array_equal(by_x, [3, 3, 3])


# batch normalisation ------------------------------------------------------------------------------------------------


class Layer:
    """A batch_norm of three channels with leaves for everything it has."""

    def __init__(self, *, affine: bool = True, track: bool = True, momentum: float | None = 0.1, dtype: str = "f64"):
        self.options = {"eps": 1e-5, "momentum": momentum, "affine": affine, "track": track}
        rng = np.random.default_rng(5)
        self.weight, self.bias, self.mean = rng.normal(size=(3, 3))
        self.var = rng.uniform(0.5, 2.0, size=3)
        own = f"{dtype}[3]"
        self.affine = [leaf("weight", own, self.weight), leaf("bias", own, self.bias)] if affine else []
        self.running = []
        if track:
            self.running = [leaf("mean", own, self.mean), leaf("var", own, self.var), leaf("count", "i64[]", 4)]

    def __call__(self, x: Value) -> Value:
        return ops.batch_norm(x, *self.affine, *self.running, **self.options)


def torch_layer(layer: Layer, rank: int) -> Any:
    torch = pytest.importorskip("torch")
    kind = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d}[rank]
    options = layer.options
    peer = kind(
        3, eps=1e-5, momentum=options["momentum"], affine=options["affine"], track_running_stats=options["track"],
        dtype=torch.float64,
    )  # fmt: skip
    with torch.no_grad():
        if layer.affine:
            peer.weight.copy_(torch.tensor(layer.weight))
            peer.bias.copy_(torch.tensor(layer.bias))
        if layer.running:
            peer.running_mean.copy_(torch.tensor(layer.mean))
            peer.running_var.copy_(torch.tensor(layer.var))
            peer.num_batches_tracked.fill_(4)
    return peer


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize(("track", "momentum"), [(True, 0.1), (True, None), (False, 0.1)])
@pytest.mark.parametrize("shape", ["batch, 3", "batch, 3, 4", "batch, 3, 2, 2", "5, 3"])
def test_batch_norm_equals_torch(training: bool, affine: bool, track: bool, momentum: float | None, shape: str) -> None:
    torch = pytest.importorskip("torch")
    x = leaf("x", f"f64[{shape}]")
    layer = Layer(affine=affine, track=track, momentum=momentum)
    y = layer(x)
    g = leaf("g", f"f64[{shape}]")
    gradients = ops.vjp(y, g, [x, *layer.affine])
    graph = resolve([x, g], [y, *gradients], training=training)
    graph = run_passes(graph, (Autodiff(), *SIMPLIFY), verify=True)
    rng = np.random.default_rng(0)
    at_, cotangent = rng.normal(3.0, 2.0, size=(2, *x.type.concrete({"batch": 5})))
    outputs, updates = evaluate(graph, [at_, cotangent])

    peer = torch_layer(layer, x.type.rank).train(training)
    inputs = torch.tensor(at_, requires_grad=True)
    result = peer(inputs)
    result.backward(torch.tensor(cotangent))
    expected = [result.detach(), inputs.grad, *(p.grad for p in peer.parameters())]
    for actual, wanted in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(actual, wanted.numpy(), rtol=1e-9, atol=1e-11)  # f64, other order of sums
    if training and track:
        np.testing.assert_allclose(updates["mean"], peer.running_mean.numpy(), rtol=1e-12)
        np.testing.assert_allclose(updates["var"], peer.running_var.numpy(), rtol=1e-12)
        assert updates["count"] == int(peer.num_batches_tracked)
    else:
        assert updates == {}


def test_a_layer_applied_twice_updates_twice() -> None:
    torch = pytest.importorskip("torch")
    x = leaf("x", "f64[batch, 3]")
    layer = Layer()
    graph = resolve([x], [layer(ops.square(layer(x)))])
    assert len(graph.updates) == 3
    at_ = np.random.default_rng(0).normal(size=(6, 3))
    (y,), updates = evaluate(graph, [at_])
    peer = torch_layer(layer, 2)
    np.testing.assert_allclose(y, peer(peer(torch.tensor(at_)) ** 2).detach().numpy(), rtol=1e-9)
    np.testing.assert_allclose(updates["mean"], peer.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(updates["var"], peer.running_var.numpy(), rtol=1e-12)
    assert updates["count"] == 6


def test_statistics_of_far_values_lose_no_digits() -> None:
    x = leaf("x", "f32[batch, 3]")
    layer = Layer(affine=False, track=False, dtype="f32")
    offsets = np.random.default_rng(0).normal(size=(64, 3))
    (y,), _ = evaluate(resolve([x], [layer(x)]), [(offsets + 1000).astype(np.float32)])
    expected = (offsets - offsets.mean(0)) / offsets.std(0)
    np.testing.assert_allclose(y, expected, atol=2e-4)  # 1000 + offset is rounded to 6e-5


def test_bf16_is_computed_in_f32() -> None:
    x = leaf("x", "bf16[batch, 3]")
    graph = resolve([x], [Layer(dtype="f32")(x)])
    sums = [n for n in graph.nodes if n.op is ops.SUM]
    assert sums
    assert all(n.results[0].type.dtype.value == "f32" for n in sums)
    assert str(graph.outputs[0].type) == "bf16[batch, 3]"


def test_one_value_a_channel_has_no_variance() -> None:
    x = leaf("x", "f64[1, 3]")
    with at(Loc("train.py", 9, "Net.forward")):
        y = Layer()(x)
    with pytest.raises(ShapeError) as error:
        ResolveTraining(training=True).run(Graph.reach("g", [x], [y]))
    text = str(error.value)
    assert text.startswith(
        "batch_norm: expected more than 1 value per channel in training, got 1 for each of 3 in %x\n  %x:"
    )
    assert text.endswith("  at train.py:9, in Net.forward")
