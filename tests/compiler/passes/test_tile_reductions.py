"""Products leave partial results of reductions: where that pays, with the right numbers, the same for any threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphc.compiler import kernel as k
from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.compiler.passes import Decompose, Fuse
from graphc.compiler.pipeline import used_kernels
from graphc.runtime import set_num_threads
from graphc.runtime.types import Dim, DType

from ...compiled import Run, along, check, feed, graph, leaf, numbers, same_bits, state, turn

N = Dim.named("n")
ROWS = (1, 5, 63, 64, 65, 129, 1100)  # less than a block, about one, about two, and more than eight of them


def partials(made: Graph, **options: Any) -> list[str]:
    """How the products of the fused graph reduce."""
    kernels = used_kernels(Fuse(**options).run(Decompose().run(made)))
    return [f"{s.combine} over {s.over}" for x in kernels for s in k.walk(x.body) if isinstance(s, k.Partial)]  # type: ignore[arg-type]


def columns(reduce: Callable[..., Value] = ops.sum, type: str = "f32") -> Graph:
    """Reduced along the rows of the product, after a mask; the result is stored too."""
    x, w, h = leaf("x", f"{type}[n, 17]"), leaf("w", f"{type}[17, 70]"), leaf("h", f"{type}[n, 70]")
    y = ops.where(ops.gt(h, 0.0), ops.matmul(x, w), -1.0)
    return graph([x, w, h], y, ops.mul(reduce(y, axes=(0,)), 2.0))


def turned(reduce: Callable[..., Value] = ops.sum) -> Graph:
    """The same of a transposed product, with a bias that only the reduction wants."""
    x, w = leaf("x", "f32[n, 17]"), leaf("w", "f32[70, 17]")
    b = state("b", numbers("f32[70]", 1))
    made = ops.matmul(w, turn(x))
    y = ops.add(turn(made), along(b, turn(made), 1))
    return graph([x, w], made, reduce(y, axes=(0,)))


def rows(reduce: Callable[..., Value] = ops.sum) -> Graph:
    """Reduced along the columns of the product; the partial results have as many columns as there are rows."""
    x, w = leaf("x", "f32[n, 17]"), leaf("w", "f32[17, 300]")
    y = ops.relu(ops.matmul(x, w))
    return graph([x, w], y, ops.neg(reduce(y, axes=(1,))))


REDUCTIONS = {"add": ops.sum, "maximum": ops.max, "minimum": ops.min}


@pytest.mark.parametrize("combine", REDUCTIONS)
def test_reductions_along_rows_and_along_columns(combine: str) -> None:
    down, across, back = (make(REDUCTIONS[combine]) for make in (columns, turned, rows))
    assert partials(down) == [f"{combine} over i"]
    assert partials(across) == partials(back) == [f"{combine} over j"]
    for made in (down, across, back):
        check(made, *(feed(made.inputs, seed=n, n=n) for n in ROWS), tolerance=200.0)


def test_f64() -> None:
    made = columns(type="f64")
    assert partials(made) == ["add over i"]
    check(made, *(feed(made.inputs, seed=n, n=n) for n in ROWS), tolerance=200.0)


def test_partial_sums_lose_less_than_one_long_sum() -> None:
    """Against f64: the error grows with the length of a part, not of the whole."""
    made = columns()
    given = feed(made.inputs, n=5000)
    exact = Run(made).expected(*given)[0][1]
    error = np.max(np.abs(Run(made)(*given)[1] - exact)) / np.max(np.abs(exact))
    assert error < 2e-6


@pytest.mark.parametrize(
    "made", [columns(), turned(), rows(), columns(ops.max)], ids=["columns", "turned", "rows", "max"]
)
def test_the_same_bits_for_any_number_of_threads(made: Graph) -> None:
    given = feed(made.inputs, n=1100)
    results = []
    for count in (1, 2, 3, 5):
        set_num_threads(count)
        results.append([np.array(a) for a in Run(made)(*given)])
    for other in results[1:]:
        same_bits(results[0], other)


def test_blocks_are_dealt_out_in_turn() -> None:
    """Whatever the size of a block is, row ``b mod parts`` of the partial sums holds the sum of block b."""
    x, w = leaf("x", "f32[n, 3]"), leaf("w", "f32[3, 4]")
    made = graph([x, w], ops.sum(ops.matmul(x, w), axes=(0,)))
    run = Run(made)
    (source,) = [c.source.text for c in run.compiled.kernels.values() if "_product(" in c.source.text]
    assert "for i0 in range(part * " in source
    assert "for j in range(j0, j0 + 4):" in source
    given = [np.ones((1100, 3), np.float32), np.ones((3, 4), np.float32)]
    np.testing.assert_array_equal(run(*given)[0], np.full(4, 3300, np.float32))


def test_a_result_that_is_only_reduced_is_not_stored() -> None:
    x, w = leaf("x", "f32[n, 17]"), leaf("w", "f32[17, 70]")
    made = graph([x, w], ops.max(ops.matmul(x, w), axes=(0,)))
    fused = Fuse().run(made)
    first, second = used_kernels(fused)
    assert [str(b.type) for b in first.written] == ["f32[8, 70]"]
    assert [str(b.type) for b in second.read] == ["f32[8, 70]"]
    check(made, *(feed(made.inputs, seed=n, n=n) for n in ROWS), tolerance=200.0)


def test_infinities_and_nan_go_through() -> None:
    made = columns(ops.max)
    x, w, h = feed(made.inputs, n=200)
    h[:] = 1.0
    w[:] = 1.0
    x[:] = -1.0
    x[150] = np.inf
    assert np.all(Run(made)(x, w, h)[1] == np.inf)
    x[3] = np.nan
    assert np.all(np.isnan(Run(made)(x, w, h)[1]))


def test_two_reductions_of_one_product() -> None:
    x, w = leaf("x", "f32[n, 17]"), leaf("w", "f32[17, 70]")
    y = ops.relu(ops.matmul(x, w))
    made = graph([x, w], y, ops.sum(y, axes=(0,)), ops.max(y, axes=(0,)), ops.sum(ops.mul(y, 3.0), axes=(0,)))
    assert sorted(partials(made)) == ["add over i", "add over i", "maximum over i"]
    check(made, *(feed(made.inputs, seed=n, n=n) for n in ROWS), tolerance=200.0)


def product(rows: str = "n") -> tuple[list[Leaf], Value]:
    x, w = leaf("x", f"f32[{rows}, 17]"), leaf("w", "f32[17, 70]")
    return [x, w], ops.matmul(x, w)


def both_ways() -> Graph:
    """Blocks are dealt out along one axis only."""
    inputs, y = product()
    return graph(inputs, y, ops.sum(y, axes=(0,)), ops.sum(y, axes=(1,)))


def few_rows() -> Graph:
    inputs, y = product("15")
    return graph(inputs, y, ops.sum(y, axes=(0,)))


def with_another_tensor() -> Graph:
    """The product would have to wait for it."""
    inputs, y = product()
    z = leaf("z", "f32[n, 70]")
    return graph([*inputs, z], y, ops.add(ops.sum(ops.mul(y, z), axes=(0,)), ops.sum(y, axes=(0,))))


def expensive() -> Graph:
    inputs, y = product()
    return graph(inputs, y, ops.sum(ops.tanh(y), axes=(0,)))


def softmax() -> Graph:
    """Rows are in cache when they are passed over again."""
    inputs, y = product()
    return graph(inputs, y, ops.softmax(y, axis=1))


def batched() -> Graph:
    x, w = leaf("x", "f32[3, n, 17]"), leaf("w", "f32[3, 17, 70]")
    y = ops.matmul(x, w)
    return graph([x, w], y, ops.sum(y, axes=(1,)))


def whole_numbers() -> Graph:
    inputs, y = product()
    return graph(inputs, y, ops.sum(ops.cast(ops.gt(y, 0.0), dtype=DType.i64), axes=(0,)))


LEFT_ALONE = (few_rows, with_another_tensor, expensive, softmax, batched, whole_numbers)


@pytest.mark.parametrize("make", LEFT_ALONE, ids=[f.__name__ for f in LEFT_ALONE])
def test_what_does_not_pay_is_left_alone(make: Callable[[], Graph]) -> None:
    made = make()
    assert partials(made) == []
    check(made, *(feed(made.inputs, seed=n, n=n) for n in (3, 67)), tolerance=500.0)


def test_one_axis_for_each_product() -> None:
    made = both_ways()
    assert len(partials(made)) == 1
    check(made, *(feed(made.inputs, seed=n, n=n) for n in ROWS), tolerance=200.0)


def test_it_can_be_switched_off() -> None:
    assert partials(columns(), parts=0) == []
    assert partials(columns(), enabled=False) == []


def test_the_number_of_partial_results() -> None:
    """An option; fewer where few rows are known, as the last ones would have no block to stand for."""
    (first, *_) = used_kernels(Fuse(parts=3).run(columns()))
    assert "f32[3, 70]" in [str(b.type) for b in first.written]
    inputs, y = product("40")
    made = graph(inputs, y, ops.sum(y, axes=(0,)))
    (first, *_) = used_kernels(Fuse().run(made))
    assert "f32[2, 70]" in [str(b.type) for b in first.written]
    check(made, feed(made.inputs), tolerance=200.0)
