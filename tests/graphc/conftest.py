"""Two ways to run tensors: by the operators' NumPy references, and compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc.compile import declare
from graphc.compiler.autodiff import Autodiff
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.compiler.passes import ResolveTraining
from graphc.runtime.types import Dim, evaluate_dim

Feeds = Mapping[gr.Tensor, Any]


def _concrete(attr: Any, dims: Mapping[str, int]) -> Any:
    if isinstance(attr, tuple):
        return tuple(_concrete(part, dims) for part in attr)
    return evaluate_dim(attr, dims) if isinstance(attr, Dim) else attr


def _evaluate(graph: Graph, feeds: Mapping[Leaf, Any]) -> dict[Value, Any]:
    dims: dict[str, int] = {}
    values: dict[Value, Any] = {}
    for leaf in graph.inputs:
        array = np.asarray(feeds[leaf], leaf.dtype.numpy)
        assert array.ndim == leaf.type.rank
        dims.update(
            (str(dim), size) for dim, size in zip(leaf.type.shape, array.shape, strict=True) if isinstance(dim, Dim)
        )
        values[leaf] = array
    for leaf in graph.states:
        assert leaf.storage is not None
        values[leaf] = leaf.storage.array.copy()
    for node in graph.nodes:
        attrs = {name: _concrete(attr, dims) for name, attr in node.attrs.items()}
        with np.errstate(all="ignore"):
            results = node.op.reference(*(values[v] for v in node.operands), **attrs)
        for value, result in zip(node.results, results if isinstance(results, tuple) else (results,), strict=True):
            array = np.asarray(result)
            assert array.dtype == value.dtype.numpy, (node, array.dtype)
            assert array.shape == value.type.concrete(dims), (node, array.shape)
            values[value] = array
    return values


class ReferenceProgram:
    """Runs a graph by the NumPy references of its operators, updates included."""

    def __init__(self, inputs: Sequence[gr.Tensor], outputs: Any, updates: Any = (), training: bool | None = None) -> None:
        graph, self.structure = declare(inputs, outputs, updates)
        training = bool(graph.updates) if training is None else training
        rng = gr.state(np.array([0, 0], np.int64), "rng").value
        assert isinstance(rng, Leaf)
        self.graph = Autodiff().run(ResolveTraining(training, rng).run(graph))
        self.inputs = inputs

    def __call__(self, *arrays: Any) -> Any:
        feeds = {t.value: a for t, a in zip(self.inputs, arrays, strict=True)}
        values = _evaluate(self.graph, feeds)  # type: ignore[arg-type]
        for leaf, new in self.graph.updates:
            assert leaf.storage is not None
            leaf.storage.assign(values[new])
        return self.structure.rebuild([values[v] for v in self.graph.outputs])


@pytest.fixture
def reference() -> type[ReferenceProgram]:
    """``reference(inputs, outputs, updates)``: a program run by NumPy references."""
    return ReferenceProgram


@pytest.fixture
def run() -> Callable[..., Any]:
    """``run(outputs, {input: array})``: values by NumPy references."""

    def evaluate(outputs: Any, feeds: Feeds | None = None, training: bool | None = None) -> Any:
        feeds = feeds or {}
        return ReferenceProgram(list(feeds), outputs, (), training)(*feeds.values())

    return evaluate


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
