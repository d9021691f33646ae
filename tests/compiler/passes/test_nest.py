"""Equal layers share kernels: a kernel's text and name tell what it computes, and nothing about where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim
from graphc.compile import declare
from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.compiler.ops.philox import uniform_reference
from graphc.compiler.passes import Fuse
from graphc.compiler.pipeline import run_pipeline, used_kernels

from ...compiled import Run, leaf, numbers, state

WIDTH = 16


class Residual(nn.Module):
    """x + dropout(gelu(layer_norm(x) @ w.T + b))"""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.1))

    def forward(self, x: gr.Tensor) -> gr.Tensor:
        return x + self.inner(x)


BLOCKS: dict[str, Callable[[], nn.Module]] = {
    "plain": lambda: nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU()),
    "batch_norm": lambda: nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.BatchNorm1d(WIDTH), nn.GELU(), nn.Dropout(0.5)),
    "layer_norm": lambda: nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH), nn.GELU(), nn.Dropout(0.1)),
    "residual": Residual,
}


def training(block: str, depth: int) -> Graph:
    """The fused graph that trains a network of equal blocks."""
    x, y = gr.input("x", "f32[batch, 12]"), gr.input("y", "i64[batch]")
    net = nn.Sequential(nn.Linear(12, WIDTH), *(BLOCKS[block]() for _ in range(depth)), nn.Linear(WIDTH, 3))
    loss = nn.CrossEntropyLoss()(net(x), y)
    graph, _ = declare([x, y], loss, optim.Adam(net.parameters(), lr=1e-3).minimize(loss))
    return run_pipeline(graph, training=True, rng=state("rng", np.array([7, 3]), "state"))["fused"]


# Residual blocks are fused two by two, the first ones and the last ones otherwise than those between.
@pytest.mark.parametrize(("block", "few"), [("plain", 2), ("batch_norm", 2), ("layer_norm", 2), ("residual", 4)])
def test_depth_adds_no_kernels(block: str, few: int) -> None:
    shallow, deep = (sorted(kernel.name for kernel in used_kernels(training(block, depth))) for depth in (few, 12))
    assert shallow == deep


@pytest.mark.parametrize("block", BLOCKS)
def test_kernels_that_differ_in_names_only_are_one(block: str) -> None:
    kernels = used_kernels(training(block, 3))
    assert len({kernel.digest for kernel in kernels}) == len(kernels)


def test_the_order_in_which_operators_were_declared_does_not_show() -> None:
    x, y = leaf("x", "f32[n, 5]"), leaf("y", "f32[n, 5]")
    a = ops.exp(x)
    b = ops.tanh(y)
    d = ops.tanh(y)
    c = ops.exp(x)
    first, second = (used_kernels(Fuse().run(Graph.reach("g", [x, y], [ops.sub(*pair)]))) for pair in ((a, b), (c, d)))
    assert first == second
    assert first[0].ops == ("exp", "tanh", "sub")


def dropped(h: Value, rng: Leaf, stream: int) -> Value:
    keep = ops.ge(ops.uniform(rng, stream, shape=h.type.shape), 0.5)
    return ops.where(keep, ops.mul(h, 2.0), 0.0)


@pytest.mark.parametrize("fuse", [True, False])
def test_layers_that_share_a_kernel_draw_from_their_own_streams(fuse: bool) -> None:
    x, rng = leaf("x", "f32[n, 8]"), leaf("rng", "i64[2]")
    layers = [x]
    for stream in (5, 0, 3):
        w = state("w", np.eye(8, dtype=np.float32))
        layers.append(dropped(ops.matmul(layers[-1], w), rng, stream))
    run = Run(Graph.reach("g", [x, rng], layers[1:]), fuse=fuse)
    drawing = [node.attrs["kernel"].name for node in run.compiled.plan.nodes if "uniform" in node.attrs["kernel"].ops]
    assert (len(drawing), len(set(drawing))) == (3, 1)
    expected: Any = numbers("f32[n, 8]", n=19)
    for stream, actual in zip((0, 1, 2), run(expected, np.array([7, 3])), strict=True):  # numbered as they appear
        expected = np.where(uniform_reference(7, 3, stream, (19, 8)) >= 0.5, expected * 2, 0).astype(np.float32)
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("block", ["batch_norm", "layer_norm", "residual"])
def test_masks_are_drawn_again_and_never_stored(block: str) -> None:
    fused = training(block, 3)
    assert sum("uniform" in node.attrs["kernel"].ops for node in fused.nodes) == 6  # forward and backward
    assert not any("mask" in result.hint for node in fused.nodes for result in node.results)
    streams = [leaf for leaf in fused.states if leaf.kind == "const"]
    assert [(leaf.type.nbytes, int(leaf.storage.array)) for leaf in streams if leaf.storage] == [(8, 0), (8, 1), (8, 2)]


def test_a_computed_stream_stays_as_it_is() -> None:
    x, rng = leaf("x", "i64[]"), leaf("rng", "i64[2]")
    run = Run(Graph.reach("g", [x, rng], [ops.uniform(rng, ops.mul(x, 2), shape=(9,))]))
    np.testing.assert_array_equal(run(np.array(3), np.array([1, 2]))[0], uniform_reference(1, 2, 6, (9,)))
