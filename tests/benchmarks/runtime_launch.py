"""What the runtime itself costs: empty launches, tiny programs, loading. Run it by hand: ``python runtime_launch.py``.

The results of the timed programs are checked first.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from graphc.runtime import Executor, get_num_threads, set_num_threads

_HERE = Path(__file__).resolve()


def kit_module():
    """The hand-written kernels of the runtime's tests."""
    spec = importlib.util.spec_from_file_location("runtime_kit", _HERE.parents[1] / "runtime" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def microseconds(action: Callable[[], object], count: int, repeats: int = 7) -> float:
    """Best mean time of ``action`` over several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(count):
            action()
        best = min(best, (time.perf_counter() - start) / count)
    return best * 1e6


def script(text: str, *arguments: str) -> str:
    """What a new process prints."""
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


_START = """
import sys, time
start = time.perf_counter()
import graphc.runtime
imported = time.perf_counter()
if len(sys.argv) > 1:
    graphc.runtime.set_cache_directory(sys.argv[1])
from graphc.runtime.native import native
native()
print(f"{imported - start:.3f} s import, {time.perf_counter() - imported:.3f} s native object, "
      f"numba imported: {'numba' in sys.modules}")
"""


def main() -> None:
    """Print all figures."""
    module = kit_module()
    kit = module.Kit()
    launch = module.Launch
    rounds = 1000
    for threads in dict.fromkeys((1, 2, get_num_threads())):
        set_num_threads(threads)
        a = np.arange(8)
        ring = Executor(kit.ring(8, 4), {})
        np.testing.assert_array_equal(ring(a)[0], kit.ring_reference(a, 4))

        def empty(count: int) -> Executor:
            return Executor(kit.program([], [launch("nothing", (), work=10**9)] * count, (), (), dims=()), {})

        one, many = empty(1), empty(rounds)
        each = (microseconds(many, 50) - microseconds(one, 2000)) / (rounds - 1)
        print(f"{threads} threads: call of one empty launch {microseconds(one, 5000):.2f} us, each more {each:.3f} us")

    x = np.random.default_rng(0).standard_normal((32, 4)).astype(np.float32)
    y = np.zeros(32, np.int64)
    executor, weights = kit.executor(work=0)
    np.testing.assert_array_equal(executor(x, y)[1], x * np.array([1, 2, -1, 0.5], np.float32))
    print(
        f"tiny program (4 launches, 2 inputs, 2 outputs): {microseconds(lambda: executor(x, y), 20_000):.2f} us a call"
    )
    steps = 20_000
    xs, ys = np.tile(x, (steps, 1)), np.tile(y, steps)
    for shuffle in (False, True):
        weights.array[...] = 0
        cost = microseconds(lambda s=shuffle: executor.run_epoch([xs, ys], 32, shuffle=s), 1) / steps
        print(f"  in an epoch{', shuffled' if shuffle else ''}: {cost:.3f} us a step")

    with tempfile.TemporaryDirectory() as empty_cache:
        print("cold start:", script(_START, empty_cache))
    print("warm start:", script(_START))


if __name__ == "__main__":
    main()
