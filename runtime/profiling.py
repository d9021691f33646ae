"""How long each launch of a program takes, and the whole step."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import layout as at
from .binding import Array, Binding, Words, address_of, new_words
from .stepper import Stepper
from .threads import GATE, current_pool


@dataclass(frozen=True)
class StepTimes:
    """How long one step takes, whole and in parts.

    Attributes:
        dims: values of the named dimensions.
        launches: median seconds of each launch on its own, without what it costs to start one.
        threads: how many threads took part in each launch.
        step: median seconds of whole steps, one after another.
        fastest: seconds of the fastest of those; far from the median when something else keeps the machine busy.
    """

    dims: Mapping[str, int]
    launches: tuple[float, ...]
    threads: tuple[int, ...]
    step: float
    fastest: float


def measure_step(stepper: Stepper, arrays: Sequence[Array], repeats: int) -> StepTimes:
    """Times of a step and of its launches, medians over ``repeats`` steps; states are put back afterwards.

    Launches are timed one by one, in order, on as many threads as in a step. What it costs to start a launch
    alone is measured too, and taken off.
    """
    repeats = max(1, repeats)
    with GATE.run():
        saved = [(storage.array, storage.array.copy()) for storage in stepper.binder.storages.values()]

        def restore() -> None:
            for array, copy in saved:
                array[...] = copy

        try:
            binding = stepper.prepare(arrays)
            stepper.run(binding)  # checks the inputs
            steps = [_step_seconds(stepper, binding) for _ in range(repeats)]
            records, parallel, plan = _single_launches(binding, len(stepper.program.launches))
            samples: list[list[float]] = [[] for _ in records]
            for _ in range(repeats):
                restore()
                stepper.run(binding)  # brings buffers to where a step leaves them
                restore()
                for record, spread, times in zip(records, parallel, samples, strict=True):
                    times.append(_seconds(stepper, record, spread))
            del plan
        finally:
            restore()
    *medians, idle, idle_parallel = map(statistics.median, samples)
    spread_out = parallel[: len(medians)]
    return StepTimes(
        dims=dict(binding.dims),
        launches=tuple(
            max(0.0, m - (idle_parallel if spread else idle)) for m, spread in zip(medians, spread_out, strict=True)
        ),
        threads=tuple(binding.threads if spread else 1 for spread in spread_out),
        step=statistics.median(steps),
        fastest=min(steps),
    )


def _step_seconds(stepper: Stepper, binding: Binding) -> float:
    start = time.perf_counter()
    stepper.run(binding)
    return time.perf_counter() - start


def _single_launches(binding: Binding, count: int) -> tuple[Words, list[bool], Words]:
    """A step record for each launch alone and two for none, on one thread and on all; the plan they point at."""
    plan = binding.plan.copy()
    plan[:, at.LAUNCH_FLAGS] &= ~at.FLAG_BARRIER
    records = new_words(count + 2, at.STEP_WORDS)
    records[:] = binding.step
    records[:, at.STEP_INPUT_COUNT] = 0
    records[:count, at.STEP_LAUNCHES] = 1
    records[count:, at.STEP_LAUNCHES] = 0
    records[:count, at.STEP_PLAN] = address_of(plan) + np.arange(count) * at.LAUNCH_WORDS * at.WORD
    parallel = [bool(flags & at.FLAG_PARALLEL) for flags in plan[:count, at.LAUNCH_FLAGS]]
    return records, [*parallel, False, binding.threads > 1], plan


def _seconds(stepper: Stepper, record: Words, spread: bool) -> float:
    pool = current_pool() if spread else None
    address = address_of(record)
    if pool is None:
        start = time.perf_counter()
        stepper.native.step_body(0, address, 0, 1)
    else:
        job = stepper.native.addresses["step_body"]
        start = time.perf_counter()
        pool.run(job, address)
    return time.perf_counter() - start
