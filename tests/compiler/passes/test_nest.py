"""Equal layers share kernels: a kernel's text and name tell what it computes, and nothing about where."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import graphc as gr
from graphc import nn, optim
from graphc.compile import declare
from graphc.compiler import ops
from graphc.compiler.ir import Graph
from graphc.compiler.passes import Fuse
from graphc.compiler.pipeline import run_pipeline, used_kernels

from ...compiled import leaf, state

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
