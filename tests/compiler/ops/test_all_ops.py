"""Every operator of the table: types, references, derivatives, PyTorch, lowerings. A new one needs a case, no test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from graphc.compiler.autodiff import gradients
from graphc.compiler.interpreter import apply_reference, evaluate
from graphc.compiler.ir import (
    Affine,
    ByPass,
    Decompose,
    Graph,
    Leaf,
    Node,
    NotDifferentiable,
    Reduction,
    Scalar,
    Value,
    View,
)
from graphc.compiler.lowering import intrinsics
from graphc.compiler.ops import OPS
from graphc.compiler.text import parse, print_stage, verify
from graphc.runtime.types import DType, evaluate_dim

from .cases import CASES, DIMS, WITHOUT_REFERENCE, Case

FLOATS = (DType.f32, DType.f64, DType.bf16)
STEP = 1e-5  # of central differences: their error is about STEP**2, rounding adds 1e-16 / STEP
RTOL, ATOL = 1e-6, 1e-8


def leaves(case: Case, dtype: DType = DType.f64) -> list[Leaf]:
    return [Leaf("input", type, f"x{i}") for i, type in enumerate(case.types(dtype))]


def node_of(case: Case, operands: Sequence[Value]) -> Node:
    node = case.record(*operands, **case.attrs).node
    assert isinstance(node, Node)
    return node


def run(inputs: Sequence[Leaf], outputs: Sequence[Value], arrays: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    graph = Graph.reach("g", inputs, outputs)
    verify(graph)
    return evaluate(graph, arrays, dims=DIMS)[0]


def parametrized(cases: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=str)


def test_every_operator_has_a_case() -> None:
    assert {case.op for case in CASES} == set(OPS) - WITHOUT_REFERENCE


# types --------------------------------------------------------------------------------------------------------------


@parametrized(CASES)
def test_reference_has_the_type_of_the_type_rule(case: Case) -> None:
    for dtype in FLOATS if any(t.startswith("f[") for t in case.operands) else (DType.f64,):
        node = node_of(case, leaves(case, dtype))
        (result,) = node.results
        attrs = {key: _concrete(value) for key, value in case.attrs.items()}
        arrays = case.arrays(dtype)
        before = [a.copy() for a in arrays]
        with np.errstate(all="ignore"):
            value = node.op.reference(*arrays, **attrs)
        assert value.dtype == result.dtype.numpy
        assert value.shape == result.type.concrete(DIMS)
        for a, b in zip(arrays, before, strict=True):
            np.testing.assert_array_equal(a, b)


def _concrete(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_concrete, value))
    return evaluate_dim(value, DIMS) if hasattr(value, "evaluate") else value


# Operators without derivative jump: a rounded operand may have quite another result.
@parametrized([c for c in CASES if "f[" in str(c.operands) and not isinstance(c.record.grad_rule, NotDifferentiable)])
def test_f32_and_bf16_references_are_close_to_f64(case: Case) -> None:
    for dtype, rtol in ((DType.f32, 2e-5), (DType.bf16, 0.1)):
        arrays = case.arrays(dtype)
        wide = [a.astype(np.float64) if t.startswith("f[") else a for a, t in zip(arrays, case.operands, strict=True)]
        node, exact = node_of(case, leaves(case, dtype)), node_of(case, leaves(case))
        (narrow,) = apply_reference(node, arrays, DIMS)
        (expected,) = apply_reference(exact, wide, DIMS)
        np.testing.assert_allclose(narrow.astype(np.float64), expected, rtol, rtol)


@parametrized([c for c in CASES if c.op != "custom_vjp"])
def test_text_reads_back(case: Case) -> None:
    inputs = leaves(case, DType.f32)
    graph = Graph.reach("g", inputs, node_of(case, inputs).results)
    text = print_stage(graph, locations=False)
    again = parse(text)
    assert print_stage(again, locations=False) == text
    for a, b in zip(again.nodes, graph.nodes, strict=True):
        assert (a.op, a.attrs) == (b.op, {**a.attrs, **b.attrs})


@parametrized([c for c in CASES if c.record.commutative])
def test_commutative_operators_commute(case: Case) -> None:
    a, b = leaves(case)
    x, y = case.arrays()
    one, other = run([a, b], [case.record(a, b, **case.attrs), case.record(b, a, **case.attrs)], [x, y])
    np.testing.assert_array_equal(one, other)


# derivatives --------------------------------------------------------------------------------------------------------


def floats(case: Case) -> list[int]:
    return [i for i, type in enumerate(case.types()) if type.dtype.is_float]


def differentiable(case: Case) -> bool:
    lowered_by_pass = isinstance(case.record.lower_cpu, ByPass)
    result_is_float = node_of(case, leaves(case)).results[0].dtype.is_float
    return bool(floats(case)) and not lowered_by_pass and result_is_float and case.op != "stop_gradient"


SMOOTH = [c for c in CASES if differentiable(c)]


class Probe:
    """A function of f64 arrays with a gradient made of nodes, and directions to test it along."""

    def __init__(self, inputs: Sequence[Leaf], output: Value, arrays: Sequence[Any], wrt: Sequence[int]) -> None:
        self.inputs, self.output, self.arrays, self.wrt = [*inputs], output, [*arrays], [*wrt]
        self.rng = np.random.default_rng(1)

    def with_cotangent(self) -> tuple[Probe, tuple[Value, ...]]:
        """The same function with a cotangent as one more input, and the gradients of their product."""
        g = Leaf("input", self.output.type, f"g{len(self.inputs)}")
        array = self.rng.standard_normal(self.output.type.concrete(DIMS))
        probe = Probe([*self.inputs, g], self.output, [*self.arrays, array], self.wrt)
        return probe, gradients(self.output, g, [self.inputs[i] for i in self.wrt])

    def check(self, derivatives: Sequence[Value]) -> None:
        """Compare ``<g, J v>`` for a random direction v with a central difference; g is the last input."""
        cotangent = self.arrays[-1]
        directions = [self.rng.standard_normal(self.arrays[i].shape) for i in self.wrt]
        products = run(self.inputs, derivatives, self.arrays)
        for i, product in zip(self.wrt, products, strict=True):
            assert product.shape == self.arrays[i].shape
        slope = sum(np.vdot(product, v) for product, v in zip(products, directions, strict=True))
        plus, minus = (self.shifted(directions, sign * STEP) for sign in (1, -1))
        difference = np.vdot(cotangent, (plus - minus) / (2 * STEP))
        np.testing.assert_allclose(slope, difference, RTOL, ATOL * max(1.0, abs(difference)))

    def shifted(self, directions: Sequence[np.ndarray[Any, Any]], step: float) -> np.ndarray[Any, Any]:
        arrays = [*self.arrays]
        for i, v in zip(self.wrt, directions, strict=True):
            arrays[i] = arrays[i] + step * v
        return run(self.inputs, [self.output], arrays)[0]


def probe_of(case: Case) -> Probe:
    inputs = leaves(case)
    return Probe(inputs, node_of(case, inputs).results[0], case.arrays(), floats(case))


@parametrized(SMOOTH)
def test_first_derivative(case: Case) -> None:
    probe, derivatives = probe_of(case).with_cotangent()
    probe.check(derivatives)


@parametrized([c for c in SMOOTH if not isinstance(c.record.grad_rule, NotDifferentiable)])
def test_second_derivative(case: Case) -> None:
    first, derivatives = probe_of(case).with_cotangent()
    for derivative in derivatives:
        # The derivative as a function of the operands and of the cotangent.
        probe = Probe(first.inputs, derivative, first.arrays, [*first.wrt, len(first.arrays) - 1])
        second, products = probe.with_cotangent()
        second.check(products)


@parametrized([c for c in SMOOTH if not isinstance(c.record.grad_rule, NotDifferentiable)])
def test_gradients_have_the_operands_element_types(case: Case) -> None:
    for dtype in FLOATS:
        inputs = leaves(case, dtype)
        node = node_of(case, inputs)
        g = Leaf("input", node.results[0].type, "g")
        rule = node.op.grad_rule
        assert not isinstance(rule, NotDifferentiable)
        parts = rule(g, node.results[0], *inputs, **case.attrs)
        assert len(parts) == len(inputs)
        for part, operand in zip(parts, inputs, strict=True):
            assert (part is not None) == operand.dtype.is_float
            if part is not None:
                assert part.dtype is operand.dtype
                assert part.type.shape in (operand.type.shape, g.type.shape)


# PyTorch ------------------------------------------------------------------------------------------------------------


@parametrized([c for c in CASES if c.torch is not None])
def test_pytorch_agrees(case: Case) -> None:
    torch = pytest.importorskip("torch")
    assert case.torch is not None
    inputs = leaves(case)
    output = node_of(case, inputs).results[0]
    arrays = case.arrays()
    tensors = [torch.tensor(a, requires_grad=a.dtype == np.float64) for a in arrays]
    expected = case.torch(*tensors)
    np.testing.assert_allclose(run(inputs, [output], arrays)[0], expected.detach().numpy(), 1e-12, 1e-12)
    if not differentiable(case) or not expected.requires_grad:
        return
    probe, derivatives = Probe(inputs, output, arrays, floats(case)).with_cotangent()
    expected.backward(torch.tensor(probe.arrays[-1]))
    for i, found in zip(probe.wrt, run(probe.inputs, derivatives, probe.arrays), strict=True):
        np.testing.assert_allclose(found, tensors[i].grad.numpy(), 1e-10, 1e-12)


# lowerings ----------------------------------------------------------------------------------------------------------

NUMPY_TWINS: dict[str, Any] = {name: OPS[name].reference for name in intrinsics.__all__ if name in OPS}


@parametrized([c for c in CASES if isinstance(c.record.lower_cpu, Scalar)])
def test_scalar_expression_is_the_reference(case: Case) -> None:
    lowering = case.record.lower_cpu
    assert isinstance(lowering, Scalar)
    assert set(lowering.imports) <= {*intrinsics.__all__, "cast"}
    if case.op in ("cast", "dim_size", "uniform", "constant"):
        return  # the code generator writes these
    arrays = np.broadcast_arrays(*case.arrays())
    names = {name: NUMPY_TWINS[name] for name in lowering.imports}
    text = lowering.expression.format(*(f"x{i}" for i in range(len(arrays))), dtype="float")
    code = compile(text, str(case), "eval")
    with np.errstate(all="ignore"):
        expected = case.record.reference(*arrays).ravel()
        for at, elements in enumerate(zip(*(a.ravel() for a in arrays), strict=True)):
            scope = {f"x{i}": element for i, element in enumerate(elements)}
            assert eval(code, names | {"float": float}, scope) == pytest.approx(expected[at], rel=1e-15)


@parametrized([c for c in CASES if isinstance(c.record.lower_cpu, View)])
def test_view_reads_what_the_reference_moves(case: Case) -> None:
    (x,) = leaves(case)
    node = node_of(case, [x])
    lowering = node.op.lower_cpu
    assert isinstance(lowering, View)
    (array,) = case.arrays()
    (expected,) = apply_reference(node, [array], DIMS)
    indices = lowering.index(x.type, node.results[0].type, **case.attrs)
    assert len(indices) == x.type.rank
    for at in np.ndindex(expected.shape):
        source = tuple(_value(index, at) for index in indices)
        inside = all(0 <= s < n for s, n in zip(source, array.shape, strict=True))
        assert inside or lowering.fill is not None
        assert expected[at] == (array[source] if inside else case.attrs[lowering.fill])


def _value(index: Affine, at: tuple[int, ...]) -> int:
    return sum(factor * at[axis] for axis, factor in index.terms) + evaluate_dim(index.constant, DIMS)


@parametrized([c for c in CASES if isinstance(c.record.lower_cpu, Reduction)])
def test_reduction_starts_from_its_neutral_element(case: Case) -> None:
    lowering = case.record.lower_cpu
    assert isinstance(lowering, Reduction)
    for dtype in (DType.f32, DType.f64, DType.i32, DType.i64):
        start = np.array(lowering.initial(dtype), dtype.numpy)
        x = np.array([-7, 0, 5], dtype.numpy)
        np.testing.assert_array_equal(OPS[lowering.combine].reference(np.broadcast_to(start, 3), x), x)
        empty = case.record.reference(np.zeros((2, 0), dtype.numpy), axes=(1,))
        np.testing.assert_array_equal(empty, [start, start])


@parametrized([c for c in CASES if isinstance(c.record.lower_cpu, Decompose)])
def test_decomposition_is_the_reference(case: Case) -> None:
    lowering = case.record.lower_cpu
    assert isinstance(lowering, Decompose)
    inputs = leaves(case)
    whole = node_of(case, inputs).results[0]
    expanded = lowering.expand(*inputs, **case.attrs)
    assert expanded.type == whole.type
    arrays = case.arrays()
    expected, found = run(inputs, [whole, expanded], arrays)
    np.testing.assert_allclose(found, expected, 1e-13)
