"""Every operator with a CPU lowering, compiled and run beside its NumPy reference.

An operator that no case is for fails ``test_every_operator_has_a_case``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.ir import Graph, NotLowered
from graphc.compiler.passes import ResolveTraining
from graphc.runtime import IndexRangeError, LoweringError
from graphc.runtime.types import DType

from ...compiled import Run, check, close, leaf, numbers, same_bits, state, ulps
from ..operator_cases import CASES, ELSEWHERE, SCALARS, TYPES, N, allows, elementwise_values

SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    np.inf,
    -np.inf,
    np.nan,
    1e-40,
    -1e-40,
    1e-310,
    3.7,
    -2.5,
    0.5,
    1.5,
    1e30,
    -1e30,
    88.8,
    -104.0,
]
WHOLE = [0, 1, -1, 2, -3, 7, 100, -100, 2**31 - 1, -(2**31)]
LIMITED = {"sin", "cos", "tan"}  # promise digits up to 2^45 only


def _pairs(dtype: DType) -> list[Any]:
    some = SPECIAL if dtype.is_float else [False, True] if dtype is DType.bool else WHOLE
    with np.errstate(all="ignore"):
        a, b = np.array(some).repeat(len(some)), np.tile(np.array(some), len(some))
        if dtype is DType.f64:
            a, b = a * 1.0, b * 1.0
        return [a.astype(dtype.numpy), b.astype(dtype.numpy)]


@pytest.mark.parametrize("dtype", TYPES)
def test_elementwise_operators_at_special_values(dtype: str) -> None:
    kind = DType.of(dtype)
    names = [name for name in SCALARS if name not in ELSEWHERE and allows(name, kind)]
    x, y, mask = leaf("x", f"{dtype}[n]"), leaf("y", f"{dtype}[n]"), leaf("mask", "bool[n]")
    # A value that everything reads makes one kernel of it all, and keeps the bits.
    p, q = ops.where(mask, x, y), ops.where(mask, y, x)
    values = [*elementwise_values(p, q, names), ops.where(ops.eq(p, q), p, q)]
    arrays = [*_pairs(kind)]
    arrays.append(np.ones(len(arrays[0]), np.bool_))
    run = Run(Graph.reach("special", [x, y, mask], values))
    expected, _ = run.expected(*arrays, promote=False)
    for name, a, e in zip([*names, "where"], run(*arrays), expected, strict=True):
        keep = np.abs(arrays[0]) < 2.0**45 if name in LIMITED else slice(None)
        ulps(a[keep], e[keep], 8.0, f"{name} of {dtype}")


@pytest.mark.parametrize("name", [name for name in CASES if name != "elementwise"])
def test_operators(name: str) -> None:
    made = CASES[name]()
    assert made.feeds
    exact = name.startswith(
        ("moves", "transposes", "joins", "gathers", "search", "random", "from_attributes", "cast", "integer")
    )
    run = Run(made.graph)
    for arrays in made.feeds:
        expected, _ = run.expected(*arrays, promote=not exact)
        for value, a, e in zip(made.values, run(*arrays), expected, strict=True):
            message = f"%{value.hint}: {value.type} = {value.node} {value.node.attrs if value.node else ''}"
            if exact:
                a, e = np.asarray(a), np.asarray(e)  # noqa: PLW2901 - rank 0 comes back as a number
                ulps(a, e, 0 if name != "random" else 1, message)
            else:
                close(a, e, 60.0, message)


def test_every_operator_has_a_case() -> None:
    seen = {node.op.name for make in CASES.values() for node in make().graph.nodes}
    lowered = {op.name for op in ops.OPS.values() if not isinstance(op.lower_cpu, NotLowered)}
    assert lowered - seen == {"fused"}, "write a case for what is new"


# What is not a plain function of arrays ------------------------------------------------------------------------------


def test_an_index_outside_its_table_is_named() -> None:
    x, i = leaf("x", "f32[7, 3]"), leaf("i", "i64[n]")
    graph = Graph.reach("lookup", [x, i], [ops.take(x, ops.check_index(i, size=7, ignore=-100), axis=0)])
    # -100 is let through: whoever ignores it must not read there.
    run = Run(Graph.reach("lookup", [x, i], [ops.check_index(i, size=7, ignore=-100)]))
    np.testing.assert_array_equal(run(numbers("f32[7, 3]"), np.array([0, -100, 6]))[0], [0, -100, 6])
    run = Run(graph)
    for bad in (7, -1, 2**62, -(2**63)):
        with pytest.raises(IndexRangeError) as caught:
            run(numbers("f32[7, 3]"), np.array([0, 1, bad, 9]))
        text = f"input 'i': index {bad} at row 2 is out of range: expected 0 <= index < 7, or -100"
        assert str(caught.value).splitlines()[0] == text


def test_dropout_draws_what_the_reference_draws() -> None:
    x, rng = leaf("x", "f32[n, 33]"), state("rng", np.array([3, 0]), "state")
    y = ops.dropout(x, p=0.25, node=0)
    graph = Graph.reach("drop", [x], [y, *ops.vjp(y, ops.mul(x, x), [x])])
    resolved = ResolveTraining(True, rng).run(graph)
    assert any(leaf is rng for leaf, _ in resolved.updates)
    run = check(graph, [numbers("f32[n, 33]", n=5)], [numbers("f32[n, 33]", n=5)], training=True, rng=rng)
    assert run.values()["rng"].tolist() == [3, 2]


def test_states_in_and_out() -> None:
    a, b = state("a", numbers("f32[65]")), state("b", np.arange(3.0), "state")
    c = state("c", numbers("f32[3, 65]"), "const")
    total = ops.add(ops.broadcast(a, shape=(3, 65), axes=(1,)), c)
    graph = Graph.reach(
        "states", [], [total, a, c], [(a, ops.mul(a, 2.0)), (b, ops.add(b, ops.dim_size(3, dtype=DType.f64)))]
    )
    run = check(graph, [], [], [])
    same_bits(run.values()["b"], np.arange(3.0) + 9)


def test_bf16_is_moved_but_not_computed() -> None:
    x = leaf("x", "bf16[n, 3]")
    values = np.arange(12).reshape(4, 3).astype(DType.bf16.numpy)
    flipped, same = Run(Graph.reach("moves", [x], [ops.flip(x, axis=0), ops.reshape(x, shape=(3 * N,))]))(values)
    same_bits(flipped.view(np.uint16), values[::-1].copy().view(np.uint16))
    same_bits(same.view(np.uint16), values.reshape(-1).view(np.uint16))
    y = leaf("y", "f32[n]")
    inside = ops.cast(ops.cast(y, dtype=DType.bf16), dtype=DType.f32)
    for inputs, value, text in [
        ([x], ops.exp(x), r"exp: bf16 has no CPU code yet \(%x: bf16\[n, 3\] in kernel exp_\w+\); use f32"),
        ([x], ops.argmax(x, axis=1), r"argmax: bf16 has no CPU code yet \(%x0: bf16\[n, 3\] in kernel \w+\); use f32"),
        ([y], inside, r"cast: bf16 has no CPU code yet \(%cast: bf16 in kernel \w+\); use f32"),
    ]:
        with pytest.raises(LoweringError, match=f"^{text}$"):
            Run(Graph.reach("computes", inputs, [value]))
