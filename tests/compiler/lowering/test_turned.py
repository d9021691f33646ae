"""Loads across rows are turned through registers: which, and with the same results."""

from __future__ import annotations

import pytest

from graphc.compiler import kernel as k
from graphc.compiler import ops
from graphc.compiler.ir import Graph
from graphc.compiler.lowering.turned import turned_buffers, turned_loads
from graphc.runtime.types import TensorType

from ...compiled import check, leaf, numbers

X = k.Buffer("x", TensorType.parse("f32[64, n]"), "in")
ACROSS = k.Load("v", X.type.dtype, "x", (k.Index.axis("j"), k.Index.axis("i")))


def _kernel(load: k.Load = ACROSS, x: k.Buffer = X, extent: object = 100) -> tuple[k.Kernel, k.For]:
    lanes = k.For("j", 64, (load,), "lanes")
    rows = k.For("i", extent, (lanes,))
    return k.Kernel("test", (x,), (k.For("j", 64, (rows,), "parallel", 64),)), rows


def test_a_load_across_rows_is_turned() -> None:
    assert turned_loads(*_kernel(), 64) == [ACROSS]


@pytest.mark.parametrize(
    "other",
    [
        k.Load("v", X.type.dtype, "x", (k.Index.axis("i"), k.Index.axis("j"))),
        k.Load("v", X.type.dtype, "x", (k.Index.axis("j"), k.Index((("i", 2),)))),
        k.Load("v", X.type.dtype, "x", (k.Index.axis("j"), k.Index((("i", 1),), 1)), fill=0.0),
        k.Load("v", X.type.dtype, "x", (k.Index.axis("j"),)),
    ],
)
def test_other_loads_are_not(other: k.Load) -> None:
    assert turned_loads(*_kernel(other), 64) == []


def test_memory_that_changes_is_not() -> None:
    assert turned_loads(*_kernel(x=k.Buffer("x", X.type, "inout")), 64) == []


def test_few_positions_or_lanes_are_not_worth_it() -> None:
    assert turned_loads(*_kernel(extent=4), 64) == []
    assert turned_loads(*_kernel(), 4) == []


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("columns", [3, 8, 17, 64, 70, 200])
def test_spread_of_a_transposed_matrix(dtype: str, columns: int) -> None:
    x, mean = leaf("x", f"{dtype}[{columns}, n]"), leaf("mean", f"{dtype}[{columns}]")
    t = ops.permute_dims(x, axes=(1, 0))
    sub = ops.sub(t, ops.broadcast(mean, shape=t.type.shape, axes=(1,)))
    graph = Graph.reach("turned", [x, mean], [sub, ops.sum(ops.square(sub), axes=(0,))])
    feeds = [[numbers(f"{dtype}[{columns}, {n}]", seed=n), numbers(f"{dtype}[{columns}]")] for n in (1, 7, 16, 33, 100)]
    python = str(check(graph, *feeds).compiled.stages["python"])
    assert ("_turned[" in python) == (columns >= 8), python


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("columns", [3, 8, 10, 17, 128, 700])
def test_softmax_of_a_transposed_matrix(dtype: str, columns: int) -> None:
    x, bias = leaf("x", f"{dtype}[{columns}, n]"), leaf("bias", f"{dtype}[{columns}]")
    t = ops.permute_dims(x, axes=(1, 0))
    t = ops.add(t, ops.broadcast(bias, shape=t.type.shape, axes=(1,)))
    largest = ops.max(t, axes=(1,))
    graph = Graph.reach("rows", [x, bias], [ops.sub(t, ops.broadcast(largest, shape=t.type.shape, axes=(0,)))])
    feeds = [[numbers(f"{dtype}[{columns}, {n}]", seed=n), numbers(f"{dtype}[{columns}]")] for n in (1, 7, 33, 100)]
    python = str(check(graph, *feeds).compiled.stages["python"])
    assert ("_turned[" in python) == (columns >= 10), python


@pytest.mark.parametrize(("extent", "mode", "turned"), [(64, "in", True), (5, "in", False), (64, "inout", False)])
def test_columns_are_turned_that_are_read_whole(extent: int, mode: str, turned: bool) -> None:
    x = k.Buffer("x", X.type, mode)  # type: ignore[arg-type]
    rows = k.For("i", 100, (k.For("j", extent, (ACROSS,)),), "parallel", 16)
    assert turned_buffers(k.Kernel("test", (x,), (rows,)), rows) == ([x] if turned else [])
