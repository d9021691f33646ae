"""States: written in place where nothing can tell, copied where something could."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphc.compiler import ops
from graphc.compiler.ir import Graph, Leaf, Value
from graphc.compiler.passes import Fuse, UpdateInPlace
from graphc.runtime import IndexRangeError
from graphc.runtime.types import DType

from ...compiled import Run, check, feed, leaf, numbers, same_bits, state

Made = tuple[list[Leaf], list[Value], list[tuple[Leaf, Value]]]
CASES: dict[str, Callable[[], Made]] = {}


def case(make: Callable[[], Made]) -> Callable[[], Made]:
    CASES[make.__name__.strip("_")] = make
    return make


def weights(name: str = "w", type: str = "f32[33, 33]", seed: int = 1) -> Leaf:
    return state(name, numbers(type, seed))


def total(x: Value) -> Value:
    return ops.sum(x, axes=tuple(range(x.type.rank)))


@case
def _swap() -> Made:
    a, b = weights("a"), weights("b", seed=2)
    return [], [], [(a, b), (b, a)]


@case
def _swap_with_work() -> Made:
    a, b = weights("a"), weights("b", seed=2)
    return [], [], [(a, ops.mul(b, 0.5)), (b, ops.add(a, 1.0))]


@case
def _three_in_a_ring() -> Made:
    a, b, c = weights("a"), weights("b", seed=2), weights("c", seed=3)
    return [], [total(a)], [(a, ops.tanh(b)), (b, ops.tanh(c)), (c, ops.tanh(a))]


@case
def _old_value_returned() -> Made:
    w = weights()
    return [], [w], [(w, ops.mul(w, 0.5))]


@case
def _old_value_returned_reshaped() -> Made:
    w = weights()
    return [], [ops.reshape(w, shape=(33 * 33,)), ops.permute_dims(w, axes=(1, 0))], [(w, ops.mul(w, 0.5))]


@case
def _old_and_new_value_returned() -> Made:
    w = weights()
    new = ops.mul(w, 0.5)
    return [], [w, new, new], [(w, new)]


@case
def _read_by_another_kernel_after_the_update() -> Made:
    """The product needs the old value, and what is made of it comes late."""
    w, x = weights(), leaf("x", "f32[n, 33]")
    h = ops.tanh(ops.matmul(x, w))
    return [x], [ops.sum(ops.matmul(h, w), axes=(1,))], [(w, ops.mul(w, 0.5))]


@case
def _read_through_a_reshape() -> Made:
    w, x = weights(), leaf("x", "f32[1089]")
    return [x], [total(ops.mul(ops.reshape(w, shape=(1089,)), x))], [(w, ops.mul(w, 0.5))]


@case
def _the_update_reads_other_places() -> Made:
    w = weights()
    return [], [], [(w, ops.sub(w, ops.permute_dims(w, axes=(1, 0))))]


@case
def _the_update_reads_backwards() -> Made:
    w = weights()
    return [], [], [(w, ops.flip(w, axis=1))]


@case
def _the_update_reads_a_row_of_itself() -> Made:
    w = weights()
    first = ops.slice(w, start=(0, 0), stop=(1, 33), step=(1, 1))
    row = ops.broadcast(ops.reshape(first, shape=(33,)), shape=(33, 33), axes=(1,))
    return [], [], [(w, ops.add(ops.mul(w, 0.5), row))]


@case
def _the_update_is_normalised_by_itself() -> Made:
    """A row kernel that reads w in both passes."""
    w = weights()
    return [], [], [(w, ops.softmax(w, axis=1))]


@case
def _the_update_is_normalised_by_columns() -> Made:
    w = weights()
    mean = ops.div(ops.sum(w, axes=(0,)), 66.0)
    return [], [mean], [(w, ops.sub(w, ops.broadcast(mean, shape=(33, 33), axes=(1,))))]


@case
def _the_update_is_a_product_with_itself() -> Made:
    w = weights()
    return [], [], [(w, ops.mul(ops.matmul(w, w), 0.1))]


@case
def _the_update_is_an_epilogue_that_reads_the_state() -> Made:
    w, x = weights(), leaf("x", "f32[n, 33]")
    return [x], [], [(w, ops.sub(w, ops.mul(ops.matmul(x, x, transpose_a=True), 0.01)))]


@case
def _the_update_is_an_input() -> Made:
    w, x = weights(), leaf("x", "f32[33, 33]")
    return [x], [x], [(w, x)]


@case
def _the_update_is_a_constant() -> Made:
    w, c = weights(), state("c", np.array(3, np.int64), "state")
    zeros = ops.broadcast(ops.constant(0.0, dtype=DType.f32), shape=(33, 33), axes=())
    return [], [], [(w, zeros), (c, ops.constant(0, dtype=DType.i64))]


@case
def _the_update_is_itself() -> Made:
    w = weights()
    return [], [total(w)], [(w, w)]


@case
def _one_value_for_two_states() -> Made:
    a, b = weights("a"), weights("b", seed=2)
    new = ops.add(a, b)
    return [], [new], [(a, new), (b, new)]


@case
def _one_state_gets_another_that_changes() -> Made:
    """A running copy: the old value of one, while that moves on."""
    a, b = weights("a"), weights("b", seed=2)
    return [], [total(b)], [(a, ops.mul(a, 0.5)), (b, a)]


@case
def _an_updated_value_is_used_further() -> Made:
    """What is made of the new value, and of the old one."""
    m, w = weights("m"), weights("w", seed=2)
    step = ops.add(ops.mul(m, 0.9), w)
    return [], [total(ops.mul(step, m)), total(ops.square(step))], [(m, step), (w, ops.sub(w, ops.mul(step, 0.1)))]


@case
def _counters_and_generators() -> Made:
    rng, count = state("rng", np.array([7, 0]), "state"), state("count", np.array(0, np.int64), "state")
    noise = ops.uniform(rng, 0, shape=(33,))
    mean = state("mean", numbers("f32[33]"), "state")
    new = ops.add(ops.mul(mean, 0.9), ops.mul(noise, 0.1))
    return [], [noise, count], [(rng, ops.advance_rng(rng)), (count, ops.add(count, 1)), (mean, new)]


@case
def _a_padded_view_of_itself() -> Made:
    """A shift register: each element gets its neighbour."""
    w, x = weights("w", "f32[70]"), leaf("x", "f32[]")
    moved = ops.slice(ops.pad(w, low=(1,), high=(0,), value=0.0), start=(0,), stop=(70,), step=(1,))
    first = ops.eq(ops.iota(shape=(70,), axis=0), 0)
    return [x], [], [(w, ops.where(first, x, moved))]


@case
def _a_row_is_replaced() -> Made:
    w, i, x = weights(), leaf("i", "i64[]"), leaf("x", "f32[33]")
    index = ops.remainder(i, 33)
    here = ops.eq(ops.iota(shape=(33, 33), axis=0), index)
    return (
        [i, x],
        [ops.take(w, ops.check_index(index, size=33), axis=0)],
        [(w, ops.where(here, ops.broadcast(x, shape=(33, 33), axes=(1,)), w))],
    )


def graph_of(name: str) -> Graph:
    return Graph.reach("states", *CASES[name]())


@pytest.mark.parametrize("fuse", [True, False], ids=["fused", "unfused"])
@pytest.mark.parametrize("name", CASES)
def test_states(name: str, fuse: bool) -> None:
    made = graph_of(name)
    check(made, *(feed(made.inputs, seed=n, n=n) for n in (3, 3, 5)), fuse=fuse, tolerance=100.0)


IN_PLACE = ("old_value_returned", "counters_and_generators", "the_update_is_an_epilogue_that_reads_the_state")


@pytest.mark.parametrize("name", IN_PLACE)
def test_updates_of_each_element_by_itself_are_in_place(name: str) -> None:
    text = Run(graph_of(name)).compiled.stages["fused"].text
    assert "inout" in text or "advance_rng" in text, text
    assert "@copy" not in text


COPIED = ("swap_with_work", "three_in_a_ring", "the_update_reads_other_places", "the_update_is_a_product_with_itself")


@pytest.mark.parametrize("name", COPIED)
def test_what_cannot_be_in_place_is_copied_last(name: str) -> None:
    graph = UpdateInPlace().run(Fuse().run(graph_of(name)))
    assert graph.nodes[-1].attrs["kernel"].ops == ("copy",)


def test_the_pass_keeps_everything_else() -> None:
    before = Fuse().run(graph_of("an_updated_value_is_used_further"))
    after = UpdateInPlace().run(before)
    assert len(after.nodes) == len(before.nodes)
    assert [leaf.hint for leaf, _ in after.updates] == ["m", "w"]
    assert str(before) == str(Fuse().run(graph_of("an_updated_value_is_used_further")))


def test_a_failed_check_of_the_new_value_leaves_the_state() -> None:
    count, table = state("count", np.array(0, np.int64), "state"), leaf("table", "f32[3]")
    new = ops.add(count, 1)
    run = Run(Graph.reach("turns", [table], [ops.take(table, ops.check_index(new, size=3), axis=0)], [(count, new)]))
    values = np.arange(3, dtype=np.float32)
    assert [float(run(values)[0]) for _ in range(2)] == [1.0, 2.0]
    for _ in range(2):
        with pytest.raises(IndexRangeError, match=r"^value 'add': index 3 is out of range: expected 0 <= index < 3"):
            run(values)
        assert run.values()["count"] == 2


# Outputs that are nobody's result ------------------------------------------------------------------------------------


def test_inputs_constants_and_repeats_as_outputs() -> None:
    x, i = leaf("x", "f32[n, 3]"), leaf("i", "i64[n]")
    y, c = ops.exp(x), state("c", numbers("f32[5]"), "const")
    outputs: list[Any] = [
        x,
        y,
        x,
        y,
        ops.reshape(x, shape=(x.type.size,)),
        ops.reshape(y, shape=(x.type.size,)),
        c,
        ops.constant(2.5, dtype=DType.f64),
        ops.constant((1, 2), dtype=DType.i32, shape=(2,)),
        i,
        ops.check_index(i, size=100),
    ]
    run = check(Graph.reach("outputs", [x, i], outputs), *([numbers("f32[n, 3]", n=n), np.arange(n)] for n in (1, 4)))
    given = [numbers("f32[n, 3]", n=4), np.arange(4)]
    first = run(*given)
    kept = [np.array(a) for a in first]
    for a in first:
        if isinstance(a, np.ndarray):
            assert a.flags.writeable
            assert not any(
                np.shares_memory(a, b) for b in [*given, *(b for b in first if b is not a)] if isinstance(b, np.ndarray)
            )
    run(-given[0], given[1][::-1].copy())
    same_bits(first, kept)


def test_states_as_outputs_are_copies() -> None:
    w = weights("w", "f32[5]")
    run = Run(Graph.reach("read", [], [w, ops.reshape(w, shape=(5, 1))]))
    first, second = run()
    first[...] = 7
    assert w.storage is not None
    same_bits(w.storage.array, numbers("f32[5]", 1))
    same_bits(second.reshape(5), numbers("f32[5]", 1))
