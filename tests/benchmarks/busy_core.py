"""What a step costs while another process is busy on one of the cores: ``python busy_core.py mlp_seed mlp_deep``.

Every system computes on all cores and is measured alone, in a process of its own; means next to medians, because a
step that waits for a thread without a core takes many times as long as others. Results are compared first.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from graphc.bench.process import Worker, WorkerError
from graphc.bench.systems import SYSTEMS, System, interpreter
from graphc.bench.workloads import WORKLOADS, Workload

_RUN = 0.02  # seconds of steps that are timed together
_BUSY = "import os, sys\nos.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"


@contextmanager
def busy(core: int) -> Iterator[None]:
    """Another process computes on ``core``."""
    other = subprocess.Popen([sys.executable, "-c", _BUSY, str(core)])
    time.sleep(0.2)  # it has to start
    try:
        yield
    finally:
        other.kill()
        other.wait()


def sample(worker: Worker, seconds: float) -> list[float]:
    """Microseconds of a step, one number for each run of about ``_RUN`` seconds."""
    once = worker.run(3, warm=3) / 3
    count = max(1, int(_RUN / once))
    end = time.monotonic() + seconds
    found = []
    while time.monotonic() < end:
        found.append(worker.run(count) / count * 1e6)
    return found


def measure(
    system: System, home: str, workload: Workload, seconds: float, expected: list[list[float]] | None
) -> list[list[float]] | None:
    """Print one line of the table; the results that the next system's are compared with."""
    python = interpreter(home)
    if system.needs and python.packages[system.needs] is None:
        print(f"  {system.name:8}  not installed")
        return expected
    cores = sorted(os.sched_getaffinity(0))
    try:
        with (
            tempfile.TemporaryDirectory() as cache,
            Worker(system, python, Path(cache), len(cores), tuned=True) as worker,
        ):
            worker.load(workload)
            results = worker.ask("check", count=3)
            if expected is not None:
                allowed = 10 * workload.tolerance * float(np.abs(expected).max())
                np.testing.assert_allclose(results, expected, rtol=0, atol=allowed)
            quiet = sample(worker, seconds)
            with busy(cores[-1]):
                disturbed = sample(worker, 2 * seconds)
    except WorkerError as error:
        print(f"  {system.name:8}  {error}")
        return expected
    columns = [f(times) for times in (quiet, disturbed) for f in (statistics.median, statistics.fmean)]
    print(
        f"  {system.name:8}" + "".join(f"{c:14.1f}" for c in columns) + f"{columns[3] / columns[1]:10.2f} x", flush=True
    )
    return results


def main() -> None:
    """Print a table for each workload."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", default=["mlp_seed", "mlp_bn", "mlp_deep", "product_1024x1024x1024"])
    parser.add_argument("--systems", default="graphc,torch,jax", help="names as for graphc bench --peers")
    parser.add_argument("--python", default=sys.executable, help="a Python that has the systems")
    parser.add_argument("--seconds", type=float, default=1.5)
    given = parser.parse_args()
    names = given.systems.split(",")
    for workload in WORKLOADS:
        if workload.name not in given.workloads:
            continue
        print(
            f"{workload.name}: microseconds a step\n  system      alone, median        mean  busy, median        mean"
        )
        results: list[list[float]] | None = None
        for system in SYSTEMS:
            if system.name in names and system.name in workload.systems:
                results = measure(system, given.python, workload, given.seconds, results)


if __name__ == "__main__":
    main()
