"""Which values are stored for other kernels and which are computed again there, with the right numbers either way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Value, print_graph
from graphc.compiler.passes import Choice, Decompose, Fuse, Trace
from graphc.compiler.pipeline import run_pipeline
from graphc.compiler.text import parse
from graphc.runtime.types import USUAL_EXTENT, Dim, usual

from ...compiled import along, check, feed, graph, leaf, numbers, state, turn
from ...strategies import graphs

N = Dim.named("n")
ROWS = USUAL_EXTENT  # of f32[n, 64], as it is estimated


def named(name: str, value: Value) -> Value:
    value.hint = name
    return value


def by_rows(value: Value) -> Value:
    return ops.sum(value, axes=(1,))


def by_columns(value: Value) -> Value:
    """In a kernel of its own: it reduces another axis."""
    return ops.max(value, axes=(0,))


def whole(value: Value) -> Value:
    """In a third kernel."""
    return ops.min(value, axes=(0, 1))


def trace(made: Graph, **options: Any) -> Trace:
    return Fuse(**options).trace(Decompose().run(made))


def choices(made: Graph, **options: Any) -> dict[str, Choice]:
    """What was decided, by the value's name."""
    found = trace(made, **options)
    return {found.prepared.names[value]: choice for value, choice in found.clustering.choices.items()}


def per_element(choice: Choice, elements: int = ROWS * 64) -> tuple[float, float]:
    """Bytes for each element: of storing, of computing again."""
    return usual(choice.storing) / elements, usual(choice.recomputing) / elements


def traffic(made: Graph, **options: Any) -> tuple[list[str], list[str]]:
    """What kernels read and write, by name and with repetitions, sorted."""
    found = trace(made, **options).fused.nodes
    buffers = [b for node in found if "kernel" in node.attrs for b in node.attrs["kernel"].buffers]
    return sorted(b.name for b in buffers if b.mode == "in"), sorted(b.name for b in buffers if b.mode != "in")


def matrix(name: str = "x", type: str = "f32[n, 64]") -> Leaf:
    return leaf(name, type)


# The model ----------------------------------------------------------------------------------------------------------


def test_a_cheap_value_of_two_large_ones_with_two_other_readers_is_stored() -> None:
    x, y = matrix(), matrix("y")
    v = named("v", ops.mul(x, y))
    made = choices(graph([x, y], whole(v), by_rows(v), by_columns(v)))["v"]
    assert not made.again
    # Written once and read twice; or x, y and an operation in each.
    assert per_element(made) == (12, 18)


def test_with_one_other_reader_two_sources_cost_as_much_as_writing_and_reading() -> None:
    x, y = matrix(), matrix("y")
    v = named("v", ops.mul(x, y))
    assert per_element(choices(graph([x, y], by_rows(v), by_columns(v)))["v"]) == (8, 9)


def test_what_readers_have_the_source_of_is_computed_again() -> None:
    x = matrix()
    v = named("v", ops.abs(x))
    made = graph([x], by_rows(ops.mul(v, x)), by_columns(ops.sub(v, x)))
    assert per_element(choices(made)["v"]) == (8, 1)
    reads, writes = traffic(made)
    assert reads == ["x", "x"]
    assert "v" not in writes


def test_an_expensive_value_is_stored_in_cache_and_computed_again_where_memory_is_far() -> None:
    def made(type: str) -> Choice:
        x = matrix(type=type)
        v = named("v", ops.exp(x))
        return choices(graph([x], by_rows(ops.mul(v, x)), by_columns(ops.sub(v, x))))["v"]

    near, far = made("f32[n, 64]"), made("f32[8192, 8192]")
    assert (near.again, far.again) == (False, True)
    assert per_element(near) == (8, 32)
    assert per_element(far, 8192 * 8192) == (8, 8)


def test_operators_on_eight_bytes_cost_twice_as_much() -> None:
    x = matrix(type="f64[n, 64]")
    v = named("v", ops.sqrt(x))
    assert per_element(choices(graph([x], by_rows(ops.mul(v, x)), by_columns(ops.sub(v, x))))["v"]) == (16, 24)


def test_packing_truth_values_costs_more_than_comparing_again() -> None:
    x, y = matrix(), matrix("y")
    v = named("v", ops.gt(x, 0.0))
    made = choices(graph([x, y], by_rows(ops.where(v, y, 0.0)), by_columns(ops.where(v, 1.0, y))))["v"]
    assert made.again
    assert per_element(made) == (10, 5)


def test_what_a_product_reads_is_stored_whatever_it_costs() -> None:
    x, w = matrix(), leaf("w", "f32[64, 8]")
    v = named("v", ops.relu(ops.mul(x, 2.0)))
    made = graph([x, w], ops.matmul(v, w), by_rows(v), by_columns(ops.sub(v, x)))
    assert "v" not in choices(made)
    assert "v" in traffic(made)[1]


def test_what_is_made_of_a_product_can_only_be_stored() -> None:
    x, w = matrix(), leaf("w", "f32[64, 64]")
    v = named("v", ops.neg(ops.matmul(x, w)))
    made = graph([x, w], by_rows(v), by_columns(v))
    assert choices(made) == {}
    assert "v" in traffic(made)[1]


@pytest.mark.parametrize("enabled", [True, False])
def test_masks_from_random_numbers_are_never_stored(enabled: bool) -> None:
    made = dropped()
    assert {"keep", "uniform"}.isdisjoint(traffic(made, enabled=enabled)[1])
    choice = choices(made)["keep"]
    assert (choice.again, choice.why) == (True, "random numbers are never stored")
    assert usual(choice.recomputing) > usual(choice.storing)


def test_what_is_made_of_random_numbers_and_others_is_judged_by_bytes() -> None:
    x, rng = matrix(), leaf("rng", "i64[2]")
    keep = ops.ge(ops.uniform(rng, 3, shape=x.type.shape), 0.25)
    v = named("v", ops.where(keep, x, 0.0))
    made = choices(graph([x, rng], by_rows(v), by_columns(ops.sub(v, x))))["v"]
    assert (made.again, made.why) == (False, "")


def test_of_a_chain_all_is_computed_from_what_is_stored() -> None:
    x = matrix()
    v = named("v", ops.abs(x))
    w = named("w", ops.add(v, 1.0))
    made = graph(
        [x],
        *(by_rows(ops.mul(v, x)), by_columns(ops.sub(v, x))),
        *(by_rows(ops.mul(w, ops.neg(x))), by_columns(ops.sub(w, x))),
    )
    found = choices(made)
    assert found["v"].again
    assert found["w"].again
    assert per_element(found["w"]) == (8, 2)  # the operators of both: v is not there to be read
    assert set(traffic(made)[0]) == {"x"}


def test_a_chain_ends_at_what_is_stored() -> None:
    x = matrix()
    v = named("v", ops.exp(x))
    w = named("w", ops.neg(v))
    made = graph([x], by_rows(v), by_columns(ops.sub(v, w)), ops.max(ops.mul(w, v), axes=(0, 1)))
    found = choices(made)
    assert not found["v"].again
    assert found["w"].again
    assert per_element(found["w"])[1] == 1


def test_a_mean_is_stored_so_that_what_is_centred_need_not_be() -> None:
    made = centred()
    found = choices(made)["v"]
    assert found.again
    # x, which the other kernel reads anyway, in one of two, and an operator in each; the means written and read twice.
    assert usual(found.recomputing) == ROWS * (64 * (4 + 1 + 1) + 3 * 4)
    reads, writes = traffic(made)
    assert "v" not in writes
    assert "mean" in writes
    assert reads.count("mean") == 2


def test_what_is_spread_would_be_computed_for_every_element() -> None:
    x, y = matrix(), leaf("y", "f32[64]")
    v = named("v", ops.abs(y))
    made = choices(graph([x, y], ops.max(v, axes=(0,)), ops.mul(x, along(v, x, 1))))["v"]
    assert not made.again
    assert usual(made.storing) == 64 * (4 + 4)
    assert usual(made.recomputing) == 64 * (4 + ROWS)


def test_of_what_is_sliced_the_slice_counts() -> None:
    x = matrix()
    v = named("v", ops.abs(x))
    part = ops.slice(v, start=(0, 0), stop=(N, 16), step=(1, 1))
    made = choices(graph([x], by_columns(v), by_rows(part)))["v"]
    assert made.again
    assert usual(made.storing) == ROWS * (64 * 4 + 16 * 4)
    assert usual(made.recomputing) == ROWS * 16 * (4 + 1)


def test_a_source_read_across_rows_costs_more() -> None:
    x, y = matrix(type="f32[64, n]"), matrix("y")
    v = named("v", ops.neg(turn(x)))
    made = choices(graph([x, y], by_columns(v), by_rows(ops.mul(v, y))))["v"]
    assert not made.again
    assert per_element(made) == (8, 4 + 12 + 1)


def test_a_state_that_the_step_overwrites_may_have_to_be_copied() -> None:
    def made(*, updated: bool) -> Choice:
        w, x = state("w", numbers("f32[64, 64]")), matrix(type="f32[64, 64]")
        v = named("v", ops.abs(w))
        updates = [(w, ops.sub(w, x))] if updated else []
        return choices(graph([x], by_columns(v), by_rows(ops.mul(v, x)), updates=updates))["v"]

    assert made(updated=False).again
    assert not made(updated=True).again
    assert per_element(made(updated=True)) == (8, 3 * 4 + 1)


def test_a_kernel_that_does_nothing_else_is_saved() -> None:
    x, y = matrix(), leaf("y", "f32[n]")
    v = named("v", ops.abs(y))
    made = choices(graph([x, y], whole(ops.mul(x, along(v, x, 0))), by_columns(ops.add(x, along(v, x, 0)))))["v"]
    assert made.again
    assert usual(made.storing) > 30_000


def test_kernels_do_not_outgrow_their_bound() -> None:
    x = matrix()
    v = named("v", ops.abs(x))
    made = graph([x], by_rows(ops.mul(v, x)), by_columns(ops.sub(v, x)))
    choice = choices(made, max_nodes=2)["v"]
    assert (choice.again, choice.why) == (False, "a kernel that needs it would have more than 2 operators")
    assert choices(made, max_nodes=3)["v"].again


# Reasons and order --------------------------------------------------------------------------------------------------


def test_a_refusal_says_both_costs() -> None:
    x = matrix()
    v = named("v", ops.exp(x))
    found = Fuse().explain(graph([x], by_rows(ops.mul(v, x)), by_columns(ops.sub(v, x))))
    reasons = [r.reason for r in found if r.producer == "v"]
    assert "computing it again costs 2048*n bytes, storing it 512*n" in reasons


@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=list(HealthCheck))
@given(drawn=graphs(min_nodes=4, max_nodes=24))
def test_equal_graphs_are_decided_equally(drawn: Graph) -> None:
    simplified = run_pipeline(drawn, training=False)["simplified"]
    again = parse(print_graph(simplified))
    assert choices(simplified) == choices(again)
    for choice in choices(simplified).values():
        assert choice.why or choice.again == (usual(choice.recomputing) <= usual(choice.storing))


# Numbers ------------------------------------------------------------------------------------------------------------


def dropped() -> Graph:
    x, rng = matrix(), leaf("rng", "i64[2]")
    keep = named("keep", ops.ge(ops.uniform(rng, 3, shape=x.type.shape), 0.25))
    return graph([x, rng], by_rows(ops.where(keep, x, 0.0)), by_columns(ops.where(keep, x, 1.0)))


def centred() -> Graph:
    x = matrix()
    mean = named("mean", ops.div(by_rows(x), 64.0))
    v = named("v", ops.sub(x, along(mean, x, 0)))
    return graph([x], by_rows(ops.square(v)), by_columns(ops.mul(v, x)))


def transposed_mask() -> Graph:
    """A mask of a transposed matrix in a kernel that passes over rows twice."""
    x, z, rng = matrix(), matrix("z", "f32[64, n]"), leaf("rng", "i64[2]")
    keep = ops.ge(ops.uniform(rng, 3, shape=z.type.shape), 0.25)
    return graph([x, z, rng], ops.softmax(ops.where(turn(keep), x, -1.0), axis=1), by_columns(ops.where(keep, z, 0.0)))


def block() -> Graph:
    """Layer norm, GELU and a residual connection, with all gradients."""
    x, g = leaf("x", "f32[n, 48]"), leaf("g", "f32[n, 48]")
    w, b = state("w", numbers("f32[48]", 1)), state("b", numbers("f32[48]", 2))
    u, d = state("u", numbers("f32[80, 48]", 3)), state("d", numbers("f32[48, 80]", 4))
    away = ops.sub(x, along(ops.div(by_rows(x), 48.0), x, 0))
    deviation = ops.rsqrt(ops.add(ops.div(by_rows(ops.square(away)), 48.0), 1e-5))
    normal = ops.add(ops.mul(ops.mul(away, along(deviation, x, 0)), along(w, x, 1)), along(b, x, 1))
    y = ops.add(x, ops.matmul(ops.gelu(ops.matmul(normal, u, transpose_b=True)), d, transpose_b=True))
    gradients = ops.vjp(y, g, [x, w, b, u, d])
    updates = [(p, ops.sub(p, ops.mul(dp, 0.01))) for p, dp in zip((w, b, u, d), gradients[1:], strict=True)]
    return graph([x, g], y, gradients[0], updates=updates)


def two_layers() -> Graph:
    """The first is gated by itself; with their updates by the gradient of the squares."""
    x = leaf("x", "f32[n, 33]")
    w, b = state("w", numbers("f32[65, 33]", 1)), state("b", numbers("f32[65]", 2))
    u = state("u", numbers("f32[9, 65]", 3))
    z = ops.matmul(x, w, transpose_b=True)
    z = ops.add(z, along(b, z, 1))
    y = ops.matmul(ops.mul(z, ops.minimum(ops.maximum(ops.add(z, 3.0), 0.0), 6.0)), u, transpose_b=True)
    gradients = ops.vjp(y, y, [w, b, u])
    updates = [(p, ops.sub(p, ops.mul(dp, 1e-5))) for p, dp in zip((w, b, u), gradients, strict=True)]
    return graph([x], y, updates=updates)


@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize("make", [dropped, centred, transposed_mask, block, two_layers])
def test_numbers(make: Callable[[], Graph], fuse: bool) -> None:
    made = make()
    feeds = [feed(made.inputs, seed=n, n=n) for n in (1, 5, 67)]
    run = check(made, *feeds, fuse=fuse, tolerance=400.0)  # sums of up to 67 x 65 terms, in another order
    assert any(choice.again for choice in choices(run.compiled.graphs["simplified"]).values())
