"""Products compute operands themselves: where that pays, never stored, with the right numbers for any shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from graphc.compiler import kernel as k
from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.compiler.lowering.plan import flops, traffic
from graphc.compiler.passes import Decompose, Fuse, prologues
from graphc.compiler.pipeline import used_kernels
from graphc.runtime import Executor, set_num_threads
from graphc.runtime.program import Role
from graphc.runtime.types import Dim, DType

from ...compiled import Run, along, check, feed, graph, leaf, numbers, same_bits, state, turn
from ...strategies import graphs
from .test_fuse_random import compare, few

N = Dim.named("n")
ROWS = (1, 2, 5, 31, 32, 33, 65, 700)  # less than a block, about one, several, and more of the larger ones


def sides(made: Graph) -> list[str]:
    """Which factors the products of the fused graph compute."""
    kernels = used_kernels(Fuse().run(Decompose().run(made)))
    products = [s for x in kernels for s in k.walk(x.body) if isinstance(s, k.Contract)]  # type: ignore[arg-type]
    found = [(side, f) for s in products for side, f in (("left", s.a), ("right", s.b))]
    return [side for side, factor in found if isinstance(factor, k.Prologue)]


def stored(run: Run) -> list[str]:
    """Names of the values a step keeps in memory between kernels."""
    return [b.name for b in run.compiled.program.buffers if b.role is Role.TEMP]


def normalized(type: str = "f32", width: int = 65, depth: int = 37) -> Graph:
    """``Linear((x - mean) / std)``: vectors along k, the weight transposed."""
    x, w = leaf("x", f"{type}[n, {depth}]"), leaf("w", f"{type}[{width}, {depth}]")
    mean, std = leaf("mean", f"{type}[{depth}]"), leaf("std", f"{type}[{depth}]")
    z = ops.div(ops.sub(x, along(mean, x, 1)), along(std, x, 1))
    return graph([x, w, mean, std], ops.relu(ops.matmul(z, w, transpose_b=True)))


def scaled(type: str = "f32") -> Graph:
    """More k than a panel has, and a scalar that is known at run time only."""
    x, w, s = leaf("x", f"{type}[n, 2100]"), leaf("w", f"{type}[2100, 17]"), leaf("s", f"{type}[]")
    return graph([x, w, s], ops.matmul(ops.mul(x, along_all(s, x)), w))


def along_all(s: Value, x: Value) -> Value:
    return ops.broadcast(s, shape=x.type.shape, axes=())


def masked(type: str = "f32") -> Graph:
    """``matmul(a * mask, b)`` with a mask of booleans, into known rows."""
    a, mask, b = leaf("a", f"{type}[70, 33]"), leaf("mask", "bool[70, 33]"), leaf("b", f"{type}[33, 100]")
    return graph([a, mask, b], ops.matmul(ops.where(mask, a, 0.0), b))


def right(type: str = "f32") -> Graph:
    """The second operand, read by rows; the result's columns are the batch."""
    w, x, y = leaf("w", f"{type}[19, 37]"), leaf("x", f"{type}[37, n]"), leaf("y", f"{type}[37, n]")
    return graph([w, x, y], ops.matmul(w, ops.add(x, y)))


def right_turned(type: str = "f32") -> Graph:
    """The second operand, made of transposes."""
    w, x, y = leaf("w", f"{type}[19, 37]"), leaf("x", f"{type}[n, 37]"), leaf("y", f"{type}[n, 37]")
    return graph([w, x, y], ops.matmul(w, turn(ops.mul(x, y))))


def turned(type: str = "f32", depth: str = "1000") -> Graph:
    """A gradient's form, ``matmul(d.T, x)``."""
    d, t, x = leaf("d", f"{type}[{depth}, 70]"), leaf("t", f"{type}[{depth}, 70]"), leaf("x", f"{type}[{depth}, 33]")
    return graph([d, t, x], ops.matmul(ops.mul(ops.sub(d, t), 0.5), x, transpose_a=True))


def both(type: str = "f32") -> Graph:
    a, b, v = leaf("a", f"{type}[45, 300]"), leaf("b", f"{type}[300, 50]"), leaf("v", f"{type}[45]")
    return graph([a, b, v], ops.matmul(ops.mul(a, along(v, a, 0)), ops.relu(b)))


def one_column(type: str = "f32") -> Graph:
    x, w = leaf("x", f"{type}[n, 37]"), leaf("w", f"{type}[37, 1]")
    return graph([x, w], ops.matmul(ops.relu(x), w))


def positions(type: str = "f32") -> Graph:
    """One-hot rows from labels: positions along k, and no large source at all."""
    i, x, w = leaf("i", "i64[n]"), leaf("x", f"{type}[n, 10]"), leaf("w", f"{type}[10, 40]")
    hit = ops.eq(ops.iota(shape=x.type.shape, axis=1), along(i, x, 0))
    return graph([i, x, w], ops.matmul(ops.where(hit, ops.mul(x, 2.0), 0.0), w))


FORMS: dict[str, tuple[Callable[[str], Graph], list[str]]] = {
    "normalized": (normalized, ["left"]),
    "scaled": (scaled, ["left"]),
    "masked": (masked, ["left"]),
    "right": (right, ["right"]),
    "right_turned": (right_turned, ["right"]),
    "turned": (turned, ["left"]),
    "both": (both, ["left", "right"]),
    "one_column": (one_column, ["left"]),
    "positions": (positions, ["left"]),
}


@pytest.mark.parametrize("type", ["f32", "f64"])
@pytest.mark.parametrize("name", FORMS)
def test_operands_are_computed_and_not_stored(name: str, type: str) -> None:
    make, expected = FORMS[name]
    made = make(type)
    assert sides(made) == expected
    sizes = ROWS if "n" in made.dims else (1,)
    run = check(made, *[feed(made.inputs, seed=n, n=n) for n in sizes], tolerance=200.0)
    assert run.kernels == 1
    assert stored(run) == []


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products compute their operands wherever they can, also where it does not pay."""
    decide = prologues._reason

    def cannot(*args: Any) -> str:
        reason = decide(*args)
        return reason if reason.startswith("it ") else ""

    monkeypatch.setattr(prologues, "_reason", cannot)


@pytest.mark.usefixtures("everywhere")
def test_a_sum_over_the_batch_takes_several_panels() -> None:
    made = turned(depth="n")
    assert sides(made) == ["left"]
    sizes = (1, 2, 33, 511, 512, 513, 3000)
    run = check(made, *[feed(made.inputs, seed=n, n=n) for n in sizes], tolerance=500.0)
    assert run.kernels == 1


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("type", ["f32", "f64"])
def test_several_blocks_across_the_other_side(type: str) -> None:
    wide = normalized(type, width=300, depth=700)
    x, y, w = leaf("x", f"{type}[n, 40]"), leaf("y", f"{type}[m, 40]"), leaf("w", f"{type}[300, 40]")
    batches = graph([x, y], ops.matmul(ops.relu(x), ops.mul(y, 2.0), transpose_b=True))
    weights = graph([x, w], ops.matmul(x, ops.mul(w, 2.0), transpose_b=True))
    for made, expected in ((wide, ["left"]), (batches, ["left", "right"]), (weights, ["right"])):
        assert sides(made) == expected
        sizes = [(n, m) for n in (1, 33, 130, 600) for m in (1, 70)]
        check(made, *[feed(made.inputs, seed=n, n=n, m=m) for n, m in sizes], tolerance=300.0)


@pytest.mark.parametrize("name", ["normalized", "turned", "masked"])
def test_fused_is_unfused(name: str) -> None:
    made = FORMS[name][0]("f32")
    feeds = [feed(made.inputs, seed=n, n=n) for n in (1, 33)]
    check(made, *feeds, fuse=False, tolerance=200.0)


@pytest.mark.parametrize(
    ("rows", "depth", "cols"), [(1, 1, 1), (1, 40, 3), (3, 1, 7), (2, 5, 128), (129, 3, 16), (7, 2000, 33)]
)
def test_thin_and_small_shapes(rows: int, depth: int, cols: int) -> None:
    for transpose_a in (False, True):
        for transpose_b in (False, True):
            a = leaf("a", f"f32[{depth}, {rows}]" if transpose_a else f"f32[{rows}, {depth}]")
            b = leaf("b", f"f32[{cols}, {depth}]" if transpose_b else f"f32[{depth}, {cols}]")
            y = ops.matmul(ops.mul(a, 3.0), ops.relu(b), transpose_a=transpose_a, transpose_b=transpose_b)
            made = graph([a, b], y)
            assert sides(made)[0] == "left"
            check(made, feed(made.inputs, seed=rows), tolerance=200.0)


@pytest.mark.usefixtures("everywhere")
@settings(few, max_examples=12)
@given(graph=graphs(min_nodes=4, max_nodes=12, dtypes=(DType.f32, DType.f64)))
def test_random_graphs(graph: Graph) -> None:
    compare(graph, fuse=True)


@pytest.mark.usefixtures("everywhere")
def test_products_of_many_matrices_may_compute_too() -> None:
    a, b = leaf("a", "f32[3, n, 8]"), leaf("b", "f32[3, 8, 40]")
    made = graph([a, b], ops.matmul(ops.mul(a, 3.0), ops.relu(b)))
    assert sides(made) == ["left", "right"]
    check(made, *[feed(made.inputs, seed=n, n=n) for n in (1, 33, 70)], tolerance=200.0)


@pytest.mark.usefixtures("everywhere")
def test_sums_of_no_terms_are_zero() -> None:
    d, x = leaf("d", "f32[n, 70]"), leaf("x", "f32[n, 33]")
    rest = [ops.slice(v, start=(1, 0), stop=v.type.shape, step=(1, 1)) for v in (d, x)]
    made = graph([d, x], ops.matmul(ops.mul(rest[0], 0.5), rest[1], transpose_a=True))
    assert sides(made) == ["left"]
    run = check(made, feed([d, x], n=1), feed([d, x], n=9), tolerance=200.0)
    np.testing.assert_array_equal(run(*feed([d, x], n=1))[0], np.zeros((70, 33), np.float32))


def test_dropout_of_an_input() -> None:
    x, w, rng = leaf("x", "f32[n, 37]"), leaf("w", "f32[37, 20]"), leaf("rng", "i64[2]")
    keep = ops.ge(ops.uniform(rng, 3, shape=x.type.shape), 0.25)
    made = graph([x, w, rng], ops.matmul(ops.where(keep, ops.mul(x, 4 / 3), 0.0), w))
    assert sides(made) == ["left"]
    feeds = [feed(made.inputs, seed=n, n=n) for n in (1, 33, 70)]
    for arrays in feeds:
        arrays[2] = np.abs(arrays[2])
    assert check(made, *feeds, tolerance=200.0).kernels == 1


def test_partial_sums_and_an_update_follow_a_prologue() -> None:
    x, m, t = leaf("x", "f32[n, 37]"), leaf("m", "f32[n, 37]"), leaf("t", "f32[n, 70]")
    w, b = state("w", numbers("f32[37, 70]", 1)), state("b", numbers("f32[70]", 2))
    y = ops.mul(ops.matmul(ops.mul(x, m), w), t)
    p, q = state("p", numbers("f32[200, 37]", 4)), state("q", numbers("f32[200, 70]", 5))
    u = state("u", numbers("f32[37, 70]", 3))
    du = ops.matmul(ops.sub(p, 1.0), q, transpose_a=True)
    updates = [(b, ops.sub(b, ops.sum(y, axes=(0,)))), (u, ops.sub(u, ops.mul(du, 0.1)))]
    made = graph([x, m, t], y, updates=updates)
    assert sides(made) == ["left", "left"]
    run = check(made, *[feed(made.inputs, seed=n, n=n) for n in (1, 33, 600)], tolerance=300.0)
    assert run.kernels == 3
    assert stored(run) == ["sum_parts"]


def test_a_state_that_a_prologue_reads_is_overwritten_after_it() -> None:
    x, w = leaf("x", "f32[n, 20]"), state("w", numbers("f32[20, 20]", 1))
    made = graph([x], ops.matmul(ops.mul(w, 2.0), w), updates=[(w, ops.matmul(x, x, transpose_a=True))])
    check(made, feed([x], n=3), feed([x], n=40), tolerance=200.0)
    own = state("w", numbers("f32[20, 20]", 1))
    check(graph([], updates=[(own, ops.matmul(ops.mul(own, 0.1), own))]), [], [], tolerance=200.0)


def refused(*outputs: Value, inputs: list[Leaf], updates: Any = ()) -> list[str]:
    made = graph(inputs, *outputs, updates=updates)
    assert sides(made) == []
    reasons = [r.reason for r in Fuse().explain(Decompose().run(made)) if r.producer == "z"]
    return [reason for reason in reasons if not reason.startswith("shapes differ")]  # why it is no part of an epilogue


def test_where_an_operand_stays_in_memory() -> None:
    x, w, v = leaf("x", "f32[n, 37]"), leaf("w", "f32[37, 20]"), leaf("v", "f32[37, 30]")
    z = ops.mul(x, 3.0)
    z.hint = "z"
    assert refused(ops.matmul(z, w), z, inputs=[x, w]) == ["it is a result, and stored anyway"]
    two = refused(ops.matmul(z, w), ops.matmul(z, v), inputs=[x, w, v])
    assert two == ["it is stored anyway, for another reader"] * 2
    summed = refused(ops.matmul(z, w), ops.sum(z, axes=(0,)), inputs=[x, w])
    assert "it is stored anyway, for another reader" in summed
    wide = leaf("wide", "f32[37, 129]")
    assert refused(ops.matmul(z, wide), inputs=[x, wide]) == ["a product reads its operands many times over"]
    other = leaf("other", "f32[n, 37]")
    assert refused(ops.matmul(other, z, transpose_b=True), inputs=[x, other]) == [
        "a product reads its operands many times over"
    ]
    rows = leaf("rows", "f32[n, 5]")
    assert refused(ops.matmul(z, rows, transpose_a=True), inputs=[x, rows]) == [
        "the product sums over a dimension that is known at run time only, in few and narrow blocks"
    ]
    wide_a, wide_b = leaf("wide_a", "f32[100, 90]"), leaf("wide_b", "f32[90, 100]")
    z = ops.mul(wide_b, 3.0)
    z.hint = "z"
    made = graph([wide_a, wide_b], ops.matmul(ops.relu(wide_a), z))
    assert sides(made) == ["left"]
    assert [r.reason for r in Fuse().explain(made)][-1] == (
        "the product computes its other operand, and would be a single task"
    )
    soft = ops.softmax(x, axis=1)
    soft.hint = "z"
    assert refused(ops.matmul(soft, w), inputs=[x, w])[-1] == "a product reads its operands many times over"
    a, b = leaf("a", "f32[3, n, 8]"), leaf("b", "f32[3, 8, 9]")
    z = ops.mul(a, 3.0)
    z.hint = "z"
    assert refused(ops.matmul(z, b), inputs=[a, b]) == ["only products of two matrices compute their operands"]


def test_a_kernel_that_runs_anyway_computes_what_is_expensive_or_small() -> None:
    x, y, w = leaf("x", "f32[n, 37]"), leaf("y", "f32[n, 37]"), leaf("w", "f32[37, 20]")
    d = ops.sub(x, y)
    rows = ops.sum(ops.square(d), axes=(1,))
    assert sides(graph([x, y, w], rows, ops.matmul(ops.mul(d, 0.1), w))) == ["left"]
    z = ops.exp(d)
    z.hint = "z"
    again = refused(ops.sum(ops.square(d), axes=(1,)), ops.matmul(z, w), inputs=[x, y, w])
    assert "its kernel runs anyway, and exp would be computed twice" in again
    more = [leaf(f"m{i}", "f32[n, 37]") for i in range(2)]
    z = ops.mul(ops.add(d, more[0]), more[1])
    z.hint = "z"
    many = refused(ops.sum(ops.square(d), axes=(1,)), ops.matmul(z, w), inputs=[x, y, w, *more])
    assert "it is smaller than what it is made of, which its kernel reads anyway" in many


@pytest.mark.parametrize("name", ["normalized", "scaled", "turned", "right"])
def test_any_number_of_threads_gives_the_same_bits(name: str) -> None:
    made = FORMS[name][0]("f32")
    arrays = feed(made.inputs, n=1009)
    found = []
    for count in (1, 2, 3):
        set_num_threads(count)
        compiled = Run(made).compiled
        found.append([np.array(a) for a in Executor(compiled.program, compiled.states)(*arrays)])
    same_bits(found[0], found[1])
    same_bits(found[0], found[2])


def test_sources_are_counted_once_in_the_place_of_the_operand() -> None:
    run = Run(masked())
    (kernel,) = run.compiled.plan.kernels.values()
    assert flops(kernel) == 2 * 70 * 33 * 100 + 70 * 33
    assert traffic(kernel) == 70 * 33 * (4 + 1) + 33 * 100 * 4 + 70 * 100 * 4
