"""Pieces of loops, and tasks, for threads."""

import threading

import numpy as np
import pytest
from numba.core.errors import TypingError

from graphc.compiler.lowering.intrinsics import minimum, share, tasks, view
from graphc.runtime import layout as at
from graphc.runtime.binding import address_of, new_words
from graphc.runtime.native import native as find_native


def _count(table, thread, threads):
    n = table[3]
    seen = view(table, 1, "i64", (n,))
    bounds = view(table, 2, "i64", (threads, 2))
    piece = share(n, table[4], threads)
    bounds[thread, 0] = thread * piece
    bounds[thread, 1] = minimum(thread * piece + piece, n)
    for i in range(thread * piece, minimum(thread * piece + piece, n)):
        seen[i] = seen[i] + 1


@pytest.mark.parametrize("threads", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("unit", [1, 16, 64])
@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 128, 1000, 4096])
def test_every_position_belongs_to_one_thread(native, n, unit, threads):
    kernel = native(_count)
    seen, bounds = np.zeros(n, np.int64), np.zeros((threads, 2), np.int64)
    for thread in range(threads):
        kernel(seen, bounds, n, unit, thread=thread, threads=threads)
    np.testing.assert_array_equal(seen, np.ones(n))
    starts = bounds[bounds[:, 0] < bounds[:, 1], 0]  # of those who have something to do
    assert np.all(starts % unit == 0), "a unit is divided between threads"
    most = max(int(stop - start) for start, stop in bounds)
    units = -(-n // unit)
    assert most <= -(-units // threads) * unit, "one thread has more than its share"


def _of_numbers(table, thread, threads):
    x = view(table, 1, "f32", (1,))
    x[0] = share(2.5, 1, threads)


def test_only_integers_are_shared(native):
    with pytest.raises(TypingError, match="share: expects three integers"):
        native(_of_numbers)


def _work(table, thread, threads):
    count = table[3]
    done = view(table, 1, "i64", (count,))
    by = view(table, 2, "i64", (count,))
    for task in tasks(table, 4, count, thread, threads):
        done[task] = done[task] + 1
        by[task] = thread


def _counters(threads):
    """Counters of a launch, and their address, as the runtime makes them."""
    counters = new_words(threads, at.LINE)
    counters[0, at.TASKS_FUNCTION] = find_native().addresses["next_task"]
    return counters, address_of(counters)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 100])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_without_counters_each_thread_keeps_to_its_tasks(native, count, threads):
    done, by = np.zeros(count, np.int64), np.full(count, -1)
    for thread in range(threads):
        native(_work)(done, by, count, 0, thread=thread, threads=threads)
    np.testing.assert_array_equal(done, np.ones(count))
    np.testing.assert_array_equal(by, np.arange(count) % threads)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 100])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_whoever_runs_first_does_what_others_have_not_begun(native, count, threads):
    kernel = native(_work)
    counters, address = _counters(threads)
    for run in range(5):  # counters of one run are cleared in the next
        done, by = np.zeros(count, np.int64), np.full(count, -1)
        for i in range(threads):
            kernel(done, by, count, address, thread=(run + i) % threads, threads=threads)
        np.testing.assert_array_equal(done, np.ones(count))
        np.testing.assert_array_equal(by, np.full(count, run % threads))
        np.testing.assert_array_equal(counters[:, at.TASKS_RUNS], np.full(threads, run + 1))


def test_threads_at_once_do_each_task_once(native):
    kernel, threads, count, runs = native(_work), 4, 257, 300
    counters, address = _counters(threads)
    done, by = np.zeros(count, np.int64), np.full(count, -1)
    meet = threading.Barrier(threads)

    def body(thread):
        for _ in range(runs):
            kernel(done, by, count, address, thread=thread, threads=threads)
            meet.wait()

    others = [threading.Thread(target=body, args=(t,)) for t in range(1, threads)]
    for other in others:
        other.start()
    body(0)
    for other in others:
        other.join()
    np.testing.assert_array_equal(done, np.full(count, runs))
    np.testing.assert_array_equal(counters[:, at.TASKS_RUNS], np.full(threads, runs))
