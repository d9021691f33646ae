"""Every operator compiled for the CPU, alone and in gradients, against its reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from graphc.compiler.autodiff import gradients
from graphc.compiler.compiled import compile_graph
from graphc.compiler.interpreter import evaluate
from graphc.compiler.ir import (
    ByPass,
    Decompose,
    Gather,
    Graph,
    IndexValue,
    Leaf,
    NotDifferentiable,
    Product,
    Reduction,
    Routine,
    SameMemory,
    Scalar,
    Value,
    View,
)
from graphc.runtime.executor import Executor
from graphc.runtime.types import DType, TensorType

from .cases import CASES, DIMS, Case


def together(cases: Sequence[Case], dtype: DType, *, differentiate: bool) -> tuple[Graph, list[Any], list[str]]:
    """One graph of many cases, so that there is one program to build; arrays for its inputs; names of its outputs."""
    inputs: list[Leaf] = [Leaf("input", TensorType.parse("f32[batch]"), "size")]  # tells the dimension
    outputs: list[Value] = []
    arrays: list[Any] = [np.zeros(DIMS["batch"], np.float32)]
    labels: list[str] = []
    for n, case in enumerate(cases):
        operands = [Leaf("input", type, f"x{n}_{i}") for i, type in enumerate(case.types(dtype))]
        value = case.record(*operands, **case.attrs)
        inputs += operands
        arrays += case.arrays(dtype)
        outputs.append(value)
        labels.append(str(case))
        wrt = [operand for operand in operands if operand.dtype.is_float]
        if differentiate and wrt and value.dtype.is_float and not isinstance(case.record.grad_rule, NotDifferentiable):
            g = Leaf("input", value.type, f"g{n}")
            inputs.append(g)
            arrays.append(np.random.default_rng(n).standard_normal(g.type.concrete(DIMS)).astype(dtype.numpy))
            outputs += gradients(value, g, wrt)
            labels += [f"d{i} of {case}" for i in range(len(wrt))]
    return Graph.reach("g", inputs, outputs), arrays, labels


KINDS: dict[str, tuple[type, ...]] = {
    "scalar": (Scalar,),
    "moving": (View, SameMemory, IndexValue, Gather),
    "reducing": (Reduction, Decompose, Product),
    "routines": (Routine,),
}
FAMILIES = {name: [c for c in CASES if isinstance(c.record.lower_cpu, kinds)] for name, kinds in KINDS.items()}


def test_families_cover_the_table() -> None:
    covered = {id(case) for cases in FAMILIES.values() for case in cases}
    assert all(id(case) in covered or isinstance(case.record.lower_cpu, ByPass) for case in CASES)


@pytest.mark.parametrize("family", FAMILIES)
def test_compiled_is_the_reference(family: str) -> None:
    compare(*together(FAMILIES[family], DType.f32, differentiate=False), rtol=2e-5)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_compiled_gradients_are_the_reference(family: str) -> None:
    compare(*together(FAMILIES[family], DType.f64, differentiate=True), rtol=1e-12)


def compare(graph: Graph, arrays: Sequence[Any], labels: Sequence[str], rtol: float) -> None:
    compiled = compile_graph(graph, training=False, debug=True)
    expected, _ = evaluate(compiled.graphs["backward"], arrays)  # where random operators have their numbers
    found = Executor(compiled.program, compiled.states)(*arrays)
    ours: Any
    for label, ours, reference in zip(labels, found, expected, strict=True):
        assert ours.dtype == reference.dtype, label
        np.testing.assert_allclose(ours, reference, rtol, rtol, err_msg=label)
