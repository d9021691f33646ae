"""Places of temporaries: none overlap while both live, and little is wasted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphc.runtime import BufferSpec, Launch, Program, Role, TensorType, assign_offsets
from graphc.runtime.arena import Interval, live_intervals, place


@st.composite
def intervals(draw: st.DrawFn) -> list[Interval]:
    found = []
    for _ in range(draw(st.integers(0, 25))):
        first = draw(st.integers(0, 20))
        found.append(Interval(64 * draw(st.integers(0, 40)), first, first + draw(st.integers(0, 10))))
    return found


@given(intervals())
@settings(max_examples=150, deadline=None)
def test_live_intervals_never_overlap(given_intervals: list[Interval]) -> None:
    offsets, total, bound = place(given_intervals)
    assert bound <= total <= sum(i.size for i in given_intervals)
    for a, (i, at_i) in enumerate(zip(given_intervals, offsets, strict=True)):
        assert at_i % 64 == 0
        assert at_i + i.size <= total
        for j, at_j in list(zip(given_intervals, offsets, strict=True))[:a]:
            together = i.first <= j.last and j.first <= i.last
            assert not (together and at_i < at_j + j.size and at_j < at_i + i.size)


@pytest.mark.parametrize("layers", [2, 5, 12, 40])
@pytest.mark.parametrize("widths", [(64, 64), (784, 512, 10), (100, 3000, 7, 900)])
def test_training_graphs_are_near_the_bound(layers: int, widths: tuple[int, ...]) -> None:
    # Activations live from the forward to the backward pass, gradients for a moment.
    steps = 2 * layers
    sizes = [64 * widths[i % len(widths)] for i in range(layers)]
    forward = [Interval(size, i, steps - 1 - i) for i, size in enumerate(sizes)]
    scratch = [Interval(size // 2 // 64 * 64, i, i) for i, size in enumerate(sizes)]
    backward = [Interval(size, steps - 1 - i, min(steps - i, steps)) for i, size in enumerate(sizes)]
    _, total, bound = place([*forward, *scratch, *backward])
    assert total <= 1.1 * bound


def _program(buffers: list[BufferSpec], launches: list[Launch], outputs: tuple[int, ...] = ()) -> Program:
    return Program("p", tuple(buffers), tuple(launches), (), outputs, ("batch",), {})


def _temp(name: str, first: int, last: int, alias: int | None = None, shape: str = "f32[batch, 16]") -> BufferSpec:
    return BufferSpec(name, TensorType.parse(shape), Role.TEMP, first, last, alias)


def test_an_alias_prolongs_its_owner() -> None:
    buffers = [_temp("a", 0, 1), _temp("b", 2, 3), _temp("flat", 3, 3, alias=0, shape="f32[16*batch]")]
    plan = assign_offsets(_program(buffers, [Launch("k", ())] * 4), {"batch": 2})
    assert plan.intervals[0] == Interval(128, 0, 3)
    assert plan.offsets[2] == plan.offsets[0] != plan.offsets[1]
    assert (plan.total, plan.lower_bound) == (256, 256)


def test_memory_is_reused_after_the_last_use() -> None:
    buffers = [_temp("a", 0, 1), _temp("b", 2, 3)]
    plan = assign_offsets(_program(buffers, [Launch("k", ())] * 4), {"batch": 2})
    assert plan.total == 128
    assert plan.offsets == {0: 0, 1: 0}


def test_launches_without_a_barrier_between_them_share_nothing() -> None:
    buffers = [_temp("a", 0, 1), _temp("b", 2, 3)]
    launches = [Launch("k", ()), Launch("k", ()), Launch("k", (), barrier=False), Launch("k", ())]
    assert live_intervals(_program(buffers, launches), {"batch": 1}) == {0: Interval(64, 0, 2), 1: Interval(64, 1, 3)}
    assert assign_offsets(_program(buffers, launches), {"batch": 1}).total == 128


def test_a_result_lives_to_the_end() -> None:
    buffers = [_temp("a", 0, 0), _temp("b", 2, 3)]
    plan = assign_offsets(_program(buffers, [Launch("k", ())] * 4, outputs=(0,)), {"batch": 1})
    assert plan.intervals[0] == Interval(64, 0, 3)
    assert plan.total == 128


def test_a_program_of_nothing() -> None:
    plan = assign_offsets(_program([], []), {"batch": 1})
    assert (plan.offsets, plan.total, plan.lower_bound) == ({}, 0, 0)


def test_the_report_reads_well(kit) -> None:
    executor, _ = kit.executor()
    assert str(executor.memory(batch=64)) == (
        "memory of train (batch=64)\n"
        "  states                16 B\n"
        "  inputs             1.5 KiB\n"
        "  arena              1.1 KiB   at least 1.1 KiB are alive at once; 1.1 KiB without sharing\n"
        "  buffer  type           role           bytes  launches   offset\n"
        "  h       f32[batch, 4]  output       1.0 KiB  0..3       0\n"
        "  s       f32[]          output           4 B  0..3       1024"
    )
    report = executor.memory(batch=1)
    assert (report.states, report.inputs, report.arena) == (16, 24, 128)
