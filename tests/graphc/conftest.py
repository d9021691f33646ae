"""Two ways to run tensors: by the operators' NumPy references, and compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc.compile import declare
from graphc.compiler.autodiff import Autodiff
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import Leaf
from graphc.compiler.passes import ResolveTraining

Feeds = Mapping[gr.Tensor, Any]


class ReferenceProgram:
    """Runs a graph by the NumPy references of its operators, updates included."""

    def __init__(
        self, inputs: Sequence[gr.Tensor], outputs: Any, updates: Any = (), training: bool | None = None
    ) -> None:
        graph, self.structure = declare(inputs, outputs, updates)
        training = bool(graph.updates) if training is None else training
        rng = gr.state(np.array([0, 0], np.int64), "rng").value
        assert isinstance(rng, Leaf)
        self.graph = Autodiff().run(ResolveTraining(training, rng).run(graph))
        self.inputs = inputs

    def __call__(self, *arrays: Any) -> Any:
        with np.errstate(all="ignore"):
            outputs, updates = evaluate(self.graph, arrays)
        for leaf, _ in self.graph.updates:
            assert leaf.storage is not None
            leaf.storage.assign(updates[self.graph.names[leaf]])
        return self.structure.rebuild(outputs)


class CompiledProgram:
    """Runs the same graph compiled; arrays are brought to the declared element types as the references do."""

    def __init__(
        self, inputs: Sequence[gr.Tensor], outputs: Any, updates: Any = (), training: bool | None = None
    ) -> None:
        self.inputs = inputs
        self.program = gr.compile(list(inputs), outputs, updates, training=training, debug=True)

    def __call__(self, *arrays: Any) -> Any:
        return self.program(*(np.asarray(a, t.dtype.numpy) for t, a in zip(self.inputs, arrays, strict=True)))


Program = type[ReferenceProgram] | type[CompiledProgram]


@pytest.fixture
def reference() -> type[ReferenceProgram]:
    """``reference(inputs, outputs, updates)``: a program run by NumPy references."""
    return ReferenceProgram


@pytest.fixture(params=[ReferenceProgram, CompiledProgram], ids=["references", "compiled"])
def program_of(request: pytest.FixtureRequest) -> Program:
    """``program_of(inputs, outputs, updates)``: a program run by NumPy references, and one compiled."""
    kind: Program = request.param
    return kind


@pytest.fixture
def run(program_of: Program) -> Callable[..., Any]:
    """``run(outputs, {input: array})``: values, by NumPy references and compiled."""

    def call(outputs: Any, feeds: Feeds | None = None, training: bool | None = None) -> Any:
        feeds = feeds or {}
        return program_of(list(feeds), outputs, (), training)(*feeds.values())

    return call


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
