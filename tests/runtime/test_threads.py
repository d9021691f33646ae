"""The pool: barriers hold, threads sleep, forks and concurrent callers are safe."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from graphc.runtime import BusyError, Executor, get_num_threads, set_num_threads
from graphc.runtime import threads as module
from graphc.runtime.threads import GATE, current_pool

RING, ROUNDS = 97, 40


def _idle_pool():
    pool = current_pool()
    assert pool is not None
    for _ in range(2000):
        if pool.asleep:
            return pool
        time.sleep(0.001)
    raise AssertionError("the workers never went to sleep")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_thousands_of_dependent_launches(kit, threads, count: int) -> None:
    threads(count)
    executor = Executor(kit.ring(RING, ROUNDS), {})
    a = np.arange(RING) * 7 % 1009
    expected = kit.ring_reference(a, ROUNDS)
    for _ in range(100 if count < 3 else 15):
        (result,) = executor(a)
        np.testing.assert_array_equal(result, expected)


def test_every_number_of_threads_gives_the_same_bits(kit, threads) -> None:
    x = np.random.default_rng(0).standard_normal((501, 4)).astype(np.float32)
    results = []
    for count in (1, 2, 3):
        threads(count)
        executor, weights = kit.executor()
        results.append((executor(x, np.zeros(501, np.int64))[1].tobytes(), weights.array.tobytes()))
    assert results[0] == results[1] == results[2]


def test_long_waits_are_naps(kit, threads, monkeypatch) -> None:
    """A thread that waits for another one leaves its core to it."""
    naps: list[int] = []
    count = ctypes.CFUNCTYPE(None, ctypes.c_int64)(naps.append)
    monkeypatch.setattr(module, "_nap", lambda: (ctypes.cast(count, ctypes.c_void_p).value, 17))
    monkeypatch.setattr(module, "_NAP_AFTER", -1)  # at once
    a = np.arange(RING) * 7 % 1009
    expected = kit.ring_reference(a, ROUNDS)
    for workers in (2, 3):
        threads(workers)
        executor = Executor(kit.ring(RING, ROUNDS), {})
        for _ in range(20):
            np.testing.assert_array_equal(executor(a)[0], expected)
    assert naps
    assert set(naps) == {17}
    threads(1)  # ends the pool that naps here


def test_workers_sleep_and_wake(kit, threads) -> None:
    threads(2)
    executor = Executor(kit.ring(RING, ROUNDS), {})
    a = np.arange(RING)
    expected = kit.ring_reference(a, ROUNDS)
    for _ in range(5):
        np.testing.assert_array_equal(executor(a)[0], expected)
        _idle_pool()


@pytest.mark.skipif(not hasattr(time, "CLOCK_PROCESS_CPUTIME_ID"), reason="needs a clock of CPU time")
def test_a_sleeping_pool_burns_nothing(kit, threads) -> None:
    threads(2)
    executor = Executor(kit.ring(RING, ROUNDS), {})
    executor(np.arange(RING))
    _idle_pool()
    before = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - before < 0.15  # spinning would have taken all of it


def test_a_serial_program_wakes_nobody(kit, threads) -> None:
    threads(2)
    Executor(kit.ring(RING, ROUNDS), {})(np.arange(RING))
    pool = _idle_pool()
    executor, _ = kit.executor(work=0)
    executor(np.ones((8, 4), np.float32), np.zeros(8, np.int64))
    assert pool.asleep


def test_several_python_threads_take_turns(kit, threads) -> None:
    threads(2)
    a = np.arange(RING)
    expected = kit.ring_reference(a, ROUNDS)
    executors = [Executor(kit.ring(RING, ROUNDS), {}) for _ in range(2)]
    wrong: list[object] = []

    def work(executor: Executor) -> None:
        wrong.extend(i for i in range(50) if not np.array_equal(executor(a)[0], expected))

    workers = [threading.Thread(target=work, args=(executors[i % 2],)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_builds_its_own_pool(kit, threads) -> None:
    threads(2)
    executor = Executor(kit.ring(RING, ROUNDS), {})
    a = np.arange(RING)
    expected = kit.ring_reference(a, ROUNDS)
    executor(a)
    child = os.fork()
    if child == 0:
        try:
            good = all(np.array_equal(executor(a)[0], expected) for _ in range(20))
            os._exit(0 if good else 1)
        finally:
            os._exit(2)
    np.testing.assert_array_equal(executor(a)[0], expected)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_fork_while_another_thread_runs(kit, threads) -> None:
    threads(2)
    executor = Executor(kit.ring(RING, ROUNDS), {})
    a = np.arange(RING)
    expected = kit.ring_reference(a, ROUNDS)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            executor(a)

    other = threading.Thread(target=work)
    other.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if np.array_equal(executor(a)[0], expected) else 1)
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == 0
    finally:
        stop.set()
        other.join()


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "2", None])
def test_number_of_threads_is_checked(wrong: object) -> None:
    with pytest.raises(ValueError, match="set_num_threads: expected a positive whole number, got"):
        set_num_threads(wrong)  # type: ignore[arg-type]


def test_number_of_threads(threads) -> None:
    threads(3)
    assert get_num_threads() == 3
    pool = current_pool()
    assert pool is not None
    assert pool.threads == 3
    threads(1)
    assert current_pool() is None


def test_coming_twice_is_an_error_and_harmless(kit) -> None:
    executor, _ = kit.executor()
    x, y = np.ones((3, 4), np.float32), np.zeros(3, np.int64)
    with GATE.run(), pytest.raises(BusyError, match="run: this thread is already inside a program"):
        executor(x, y)
    executor(x, y)


def test_an_interrupted_launch_is_finished_first(kit, threads, monkeypatch: pytest.MonkeyPatch) -> None:
    threads(2)
    executor = Executor(kit.ring(RING, ROUNDS), {})
    a = np.arange(RING)
    expected = kit.ring_reference(a, ROUNDS)
    executor(a)
    pool = _idle_pool()

    def interrupt(answer: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(executor, "_complete", interrupt)
        with pytest.raises(KeyboardInterrupt):
            executor(a)
    assert not pool.unfinished
    np.testing.assert_array_equal(executor(a)[0], expected)


def test_the_interpreter_ends_cleanly() -> None:
    script = """
from graphc.runtime import threads
threads.set_num_threads(3)
threads.current_pool()
"""
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
