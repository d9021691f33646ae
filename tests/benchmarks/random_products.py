"""Products of random shapes next to NumPy's: ``python random_products.py --count 100``.

Each of M, K and N is between 1 and 5000, all sizes of numbers alike (their logarithms are uniform). Both systems sit in
processes of their own and step in turn; results are compared first. The speed is NumPy's time divided
by graphc's; shapes that are slower than they may be are marked.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from graphc.bench.process import Worker
from graphc.bench.systems import SYSTEMS, interpreter
from graphc.bench.workloads import WORKLOADS, Workload

_LARGEST = 5000
_MOST = 2e8  # multiply-adds: larger ones take long, and are like each other
_ALLOWED = 0.9  # of NumPy's speed
_CALM = 0.025  # seconds until threads of whoever came before have gone to sleep
_WARM = 0.004  # seconds of steps that are not counted: threads wake up
_TIMED = 0.004
_TURNS = 11


def shapes(count: int, seed: int) -> Iterator[tuple[int, int, int]]:
    """M, K and N of some products."""
    numbers = random.Random(seed)
    found = 0
    while found < count:
        m, k, n = (int(math.exp(numbers.uniform(0, math.log(_LARGEST)))) for _ in range(3))
        if m * k * n <= _MOST:
            found += 1
            yield m, k, n


def product(m: int, k: int, n: int) -> Workload:
    """The workload of one shape."""
    some = next(workload for workload in WORKLOADS if workload.kind == "product")
    return replace(some, name=f"product_{m}x{k}x{n}", batch=m, widths=(k, n))


def compare(workers: list[Worker], workload: Workload) -> list[float]:
    """Microseconds of a product in each system."""
    results = []
    for worker in workers:
        worker.load(workload)
        results.append(worker.ask("check", count=1))
    np.testing.assert_allclose(results[0], results[1], rtol=0, atol=1e-4 * max(1.0, float(np.abs(results[1]).max())))
    times: list[list[float]] = [[] for _ in workers]
    counts = [max(1, int(_TIMED / (worker.run(3, warm=20) / 3))) for worker in workers]
    for _ in range(_TURNS):
        for worker, count, found in zip(workers, counts, times, strict=True):
            time.sleep(_CALM)
            found.append(worker.run(count, warm=max(1, int(count * _WARM / _TIMED))) / count * 1e6)
    return [statistics.median(found) for found in times]


def main() -> None:
    """Print one line a shape and a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", help="such as 455x3x403; random ones by default")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wanted = [tuple(map(int, shape.split("x"))) for shape in given.shapes] or list(shapes(given.count, given.seed))
    python, threads = interpreter(sys.executable), len(os.sched_getaffinity(0))
    systems = [next(s for s in SYSTEMS if s.name == name) for name in ("graphc", "numpy")]
    ratios = []
    print(f"{threads} threads; microseconds, medians of {_TURNS} turns\n{'M x K x N':>20}    graphc     numpy    speed")
    with (
        tempfile.TemporaryDirectory() as cache,
        Worker(systems[0], python, Path(cache), threads, tuned=True) as graphc,
        Worker(systems[1], python, Path(cache), threads, tuned=True) as numpy,
    ):
        for m, k, n in wanted:
            ours, theirs = compare([graphc, numpy], product(m, k, n))
            ratios.append(theirs / ours)
            mark = "  <" if ratios[-1] < _ALLOWED else ""
            print(f"{f'{m} x {k} x {n}':>20}{ours:10.2f}{theirs:10.2f}{ratios[-1]:8.2f}{mark}", flush=True)
    slow = sum(ratio < _ALLOWED for ratio in ratios)
    print(f"more than 10% slower: {slow} of {len(ratios)}; geometric mean {statistics.geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
