"""program.profile and the machine's limits. Nothing here depends on how long anything takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc.inspect.feeds import example_feeds
from graphc.inspect.machine import MachineLimits, machine_limits
from graphc.inspect.profile import Profile, make_profile
from graphc.runtime.codecache import CodeCache
from graphc.runtime.profiling import StepTimes
from graphc.runtime.types import DType

CURVE = ((1 << 14, 100e9), (1 << 20, 50e9), (1 << 26, 10e9))
LIMITS = MachineLimits("testcpu", 512, 2, (100e9, 200e9), (CURVE, CURVE), (CURVE, CURVE), 0.0)


def times_of(program: gr.CompiledFunction, dims: Mapping[str, int], step: float, fastest: float) -> StepTimes:
    count = len(program.compiled.program.launches)
    return StepTimes(dims, tuple(1e-6 * (i + 1) for i in range(count)), (1,) * count, step, fastest)


@pytest.fixture
def profile(trained: Any) -> Profile:
    times = times_of(trained.program, {"batch": 32}, step=1e-3, fastest=0.9e-3)
    return make_profile(trained.program.compiled, times, limits=LIMITS)


def test_a_measured_profile_is_whole_and_leaves_states_alone(trained: Any) -> None:
    storages = trained.program.updated_storages()
    before = [storage.array.copy() for storage in storages]
    profile = trained.program.profile(*trained.feeds, repeats=2)
    for storage, array in zip(storages, before, strict=True):
        np.testing.assert_array_equal(storage.array, array)
    assert len(profile) == len(trained.program.compiled.program.launches)
    assert profile.dims == {"batch": 32}
    assert profile.step > 0
    assert profile.fastest <= profile.step
    assert profile.overhead == profile.step - profile.seconds
    assert sum(line.share for line in profile) == pytest.approx(1) or not profile.seconds
    assert all(line.threads >= 1 and line.bound > 0 for line in profile)
    json.loads(profile.json())


def test_numbers_follow_from_times_and_costs(profile: Profile, trained: Any) -> None:
    for line in profile:
        flops, moved = trained.program.kernels[line.kernel].cost(batch=32)
        assert (line.flops, line.bytes) == (flops, moved)
        assert line.gflops == pytest.approx(flops / line.seconds / 1e9)
        assert line.gbytes == pytest.approx(moved / line.seconds / 1e9)
        assert line.fraction == pytest.approx(line.bound / line.seconds)
        assert line.compute_bound == (flops / 100e9 >= line.bound)
    assert sum(profile.by_kernel().values()) == pytest.approx(profile.seconds)
    updates = [line for line in profile if line.makes == ("0.weight", "momentum.0.weight") or "0.weight" in line.makes]
    assert updates


def test_a_launch_shorter_than_the_clock_has_no_fraction(profile: Profile) -> None:
    assert replace(profile[0], seconds=1e-8).fraction is None
    assert replace(profile[0], seconds=0.0).gflops == 0.0


@pytest.mark.parametrize("width", [100, 140])
def test_the_table_fits(profile: Profile, width: int) -> None:
    text = profile.table().text(width)
    table = text.split("\n\n")[1].splitlines()
    assert max(map(len, table)) <= width
    assert text.startswith("profile of step (batch=32)")
    assert "a whole step takes 1000.0 µs: +" in text
    assert "barriers, launches, the call and its checks" in text
    assert ("lines" in table[0]) == (width > 120)
    assert "busy" not in text


def test_the_difference_is_explained_both_ways(trained: Any) -> None:
    times = times_of(trained.program, {"batch": 32}, step=50e-6, fastest=10e-6)
    text = str(make_profile(trained.program.compiled, times, limits=LIMITS))
    assert "a whole step takes 50.0 µs: -" in text
    assert "launches find more in the caches" in text
    assert "busy with something else: the fastest step took 10.0 µs" in text


def test_a_profile_as_html_and_text(profile: Profile) -> None:
    assert profile._repr_html_().count("<tr>") == len(profile) + 2
    assert repr(profile) == f"<profile of step: {len(profile)} launches, 1000.0 µs a step>"
    assert profile[1:3] == tuple(profile)[1:3]


def test_the_roofline() -> None:
    assert LIMITS.peak() == 100e9
    assert LIMITS.peak(2) == 200e9
    assert LIMITS.peak(dtype=DType.f64) == 50e9
    assert LIMITS.bandwidth(1000, 0) == 100e9
    assert LIMITS.bandwidth(1 << 17, 0) == pytest.approx(75e9)
    assert LIMITS.bandwidth(1 << 30, 0) == 10e9
    assert LIMITS.bound(10**9, 0, 0) == pytest.approx(0.01)
    assert LIMITS.bound(1, 1 << 26, 0) == pytest.approx((1 << 26) / 10e9)
    slow = tuple((size, rate / 2) for size, rate in CURVE)
    mixed = replace(LIMITS, triad=(slow, slow))
    assert mixed.bandwidth(3000, 1000) == 50e9
    assert mixed.bandwidth(6000, 1000) == pytest.approx(75e9)


def test_limits_are_measured_once_and_kept(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphc.inspect import machine

    monkeypatch.setattr(machine, "CACHED_SIZES", (24 << 10,))
    monkeypatch.setattr(machine, "SMALLEST_LARGE", 1 << 20)
    monkeypatch.setattr(machine, "LARGEST", 1 << 20)
    monkeypatch.setattr(machine, "FMA_TURNS", 1000)
    monkeypatch.setattr(machine, "ROUNDS", 1)
    cache = CodeCache(tmp_path)
    first = machine_limits(cache=cache)
    assert machine_limits(cache=cache) == first
    assert first.flops[1] >= first.flops[0] > 0
    for one, every in (first.triad, first.read):
        assert all(b >= a > 0 for (_, a), (_, b) in zip(one, every, strict=True))
        assert [rate for _, rate in one] == sorted((rate for _, rate in one), reverse=True)
    again = machine_limits(refresh=True, cache=cache)
    assert again.flops[0] >= first.flops[0]
    assert "GFLOP/s" in str(again)
    assert gr.machine_limits is machine_limits


def test_example_feeds_are_accepted(trained: Any) -> None:
    x, y = example_feeds(trained.program.compiled, {"batch": 50})
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((50, 6), np.float32, (50,), np.int64)
    assert set(y) <= {0, 1, 2}
    trained.program.profile(x, y, repeats=1)
