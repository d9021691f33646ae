"""Fused equals unfused equals the references, for random graphs, their gradients and updates."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.runtime.storage import Storage
from graphc.runtime.types import DType

from ...compiled import Run
from ...strategies import feeds, graphs

few = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=True)


def compare(graph: Graph, *, fuse: bool) -> None:
    """Two batch sizes in one program, and states once more after the first step."""
    run = Run(graph, fuse=fuse)
    text = f"{graph}\n{run.compiled.stages['fused']}"
    for batch in (1, 3):
        arrays = feeds(graph, batch=batch)
        expected, updated = run.expected(*arrays)
        # What f32 can tell: the references in f32 may be off by as much.
        rough, rough_states = run.expected(*arrays, promote=False)
        for value, a, e, r in zip(graph.outputs, run(*arrays), expected, rough, strict=True):
            agree(a, e, r, f"%{value.hint}\n{text}")
        for name, a in run.values().items():
            agree(a, updated[name], rough_states[name], f"state {name}\n{text}")


def agree(actual: Any, expected: Any, rough: Any, message: str) -> None:
    """Close to the result in f64, with room for what the same operators lose in the graph's own precision."""
    if np.asarray(actual).dtype.kind != "f" or not np.all(np.isfinite(expected)):
        np.testing.assert_allclose(actual, rough, rtol=1e-3, atol=1e-5, err_msg=message)
        return
    lost = float(np.max(np.abs(np.asarray(rough, np.float64) - expected), initial=0.0))
    scale = float(np.max(np.abs(expected), initial=1.0))
    unit = float(np.finfo(np.asarray(actual).dtype).eps)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=20 * lost + 200 * unit * scale, err_msg=message)


@settings(few, max_examples=25)
@given(graph=graphs(min_nodes=2, max_nodes=12))
def test_fused_random_graphs(graph: Graph) -> None:
    compare(graph, fuse=True)


@settings(few, max_examples=6)
@given(graph=graphs(min_nodes=2, max_nodes=6))
def test_unfused_random_graphs(graph: Graph) -> None:
    compare(graph, fuse=False)


@settings(few, max_examples=10)
@given(graph=graphs(min_nodes=2, max_nodes=6, dtypes=(DType.f32, DType.f64), loss=True))
def test_fused_random_training_steps(graph: Graph) -> None:
    compare(training(graph), fuse=True)


def training(graph: Graph) -> Graph:
    """The loss, its gradients, and a step with momentum on the parameter."""
    (loss,) = graph.outputs
    weight = next(leaf for leaf in graph.states if leaf.hint == "w")
    assert weight.storage is not None
    fresh = Leaf("param", weight.type, "w", Storage(weight.type, weight.storage.array.copy()))
    moment = Leaf("state", weight.type, "m", Storage(weight.type, np.zeros_like(weight.storage.array)))
    loss = replace(graph, {weight: fresh}).outputs[0]
    floats = [leaf for leaf in graph.inputs if leaf.dtype.is_float]
    one = ops.constant(1.0, dtype=loss.dtype)
    *grads, dw = ops.vjp(loss, one, [*floats, fresh])
    step = ops.add(ops.mul(moment, 0.5), dw)
    updates = [(moment, step), (fresh, ops.sub(fresh, ops.mul(step, 0.05)))]
    return Graph.reach("train", graph.inputs, [loss, *grads], updates)


def replace(graph: Graph, leaves: dict[Value, Value]) -> Graph:
    return graph.rebuild(lambda node, operands: node.clone(tuple(leaves.get(v, v) for v in operands)).results)
