"""The thread pool: Python threads that live inside a native worker, and the one gate every run goes through.

A worker spins for a short while after its last job, so that the next launch costs well under a microsecond, and
then sleeps on an event in Python, so that an idle program burns nothing.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from . import layout as at
from .cores import available_cores
from .errors import BusyError
from .native import native
from .storage import aligned_empty

_PAUSES = 100  # then a waiting thread yields its core between looks: cheap where nobody else wants it
_NAP_AFTER = 1_000  # pauses and yields, about a quarter of a millisecond: longer than most launches
_NAP = 50  # microseconds
_PATIENCE = 6_000  # pauses and yields before an idle worker sleeps: one to two milliseconds
_EXIT_SECONDS = 2.0


class RunGate:
    """Lets one program run at a time in the whole process, and keeps the pool they all run on.

    Attributes:
        lock: taken for each run; another thread waits.
        busy: true inside a run; still true for whoever got the lock means that the same thread came twice.
        generation: grows whenever bindings to the pool are out of date.
        threads: the number that was asked for; None until somebody needs it.
        pool: the workers; None while there are none.
    """

    __slots__ = ("busy", "generation", "lock", "pool", "threads")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.busy = False
        self.generation = 0
        self.threads: int | None = None
        self.pool: Pool | None = None

    @contextmanager
    def run(self) -> Iterator[None]:
        """Wait for other threads, then run. BusyError when this thread is already inside a run."""
        with self.lock:
            if self.busy:
                raise busy_error()
            try:
                self.busy = True
                yield
            except BaseException:
                settle()
                raise
            finally:
                self.busy = False


def busy_error() -> BusyError:
    """For a thread that came twice."""
    return BusyError("run: this thread is already inside a program; a callback or a signal handler has called another")


GATE = RunGate()


class Pool:
    """``threads - 1`` workers that, with the caller as thread 0, run native jobs.

    A job is ``void job(int64 control, int64 argument, int64 thread, int64 threads)``.
    Only the holder of the gate may use it.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._native = native()
        self._control = aligned_empty((at.FIRST_WORKER + at.LINE * threads,), np.dtype(np.int64))
        self._control[:] = 0
        self._control[at.POOL_THREADS] = threads
        self._control[at.YIELD_FUNCTION] = _yield_address()
        self._control[at.PAUSES] = _PAUSES
        self._control[at.NAP_FUNCTION], self._control[at.NAP] = _nap()
        self._control[at.NAP_AFTER] = _NAP_AFTER
        self._control[at.PATIENCE] = _PATIENCE
        self.address = int(self._control.ctypes.data)
        self._events = [threading.Event() for _ in range(threads)]
        self._workers = [
            threading.Thread(
                target=_serve,
                args=(self._native.worker, self._control, self.address, thread, self._events[thread]),
                name=f"graphc-{thread}",
                daemon=True,
            )
            for thread in range(1, threads)
        ]
        for worker in self._workers:
            worker.start()

    def run(self, job: int, argument: int) -> None:
        """Run a job on all threads and wait for its end."""
        if self._native.launch(self.address, job, argument) == at.ANSWER_WAKE:
            self.wake_and_finish()

    def wake_and_finish(self) -> None:
        """Go on after a launch that found a worker asleep."""
        try:
            for thread in range(1, self.threads):
                if self._control[at.FIRST_WORKER + at.LINE * thread + at.PARKED]:
                    self._events[thread].set()
        finally:
            self._native.finish(self.address)

    @property
    def unfinished(self) -> bool:
        """Whether a job was started whose end nobody has waited for."""
        return bool(self._control[at.UNFINISHED])

    @property
    def asleep(self) -> bool:
        """Whether every worker sleeps."""
        lines = self._control[at.FIRST_WORKER + at.LINE :]
        return bool(lines[at.PARKED :: at.LINE].all())

    def close(self) -> None:
        """End the workers."""
        self.run(0, 0)
        for worker in self._workers:
            worker.join(_EXIT_SECONDS)


def _serve(
    worker: Callable[[int, int], int],
    control: np.ndarray[tuple[int, ...], np.dtype[np.generic]],  # keeps the memory alive
    address: int,
    thread: int,
    event: threading.Event,
) -> None:
    while worker(address, thread) == 0:
        event.wait()
        event.clear()


def _yield_address() -> int:
    """Address of the function that gives up the rest of a time slice; 0 where there is none."""
    try:
        if sys.platform == "win32":
            function = ctypes.WinDLL("kernel32").SwitchToThread
        else:
            function = ctypes.CDLL(None).sched_yield
    except (AttributeError, OSError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _nap() -> tuple[int, int]:
    """Address of a function that sleeps for a short while, and its argument; 0 where there is none.

    A thread that waits for one that has lost its core to another process leaves its own core idle, and the operating
    system moves the other one there. Yielding is not enough for that: a core that yields is busy.
    """
    try:
        if sys.platform == "win32":
            function, argument = ctypes.WinDLL("kernel32").Sleep, 1  # milliseconds
        else:
            function, argument = ctypes.CDLL(None).usleep, _NAP
    except (AttributeError, OSError):
        return 0, 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0, argument


def get_num_threads() -> int:
    """How many threads programs use; as many as there are cores unless :func:`set_num_threads` said otherwise."""
    if GATE.threads is None:
        GATE.threads = available_cores()
    return GATE.threads


def set_num_threads(threads: int) -> None:
    """Use ``threads`` threads from now on, the caller's included. Results do not depend on it.

    Raises:
        ValueError: it is not a positive whole number.
        BusyError: called from inside a run.
    """
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError(f"set_num_threads: expected a positive whole number, got {threads!r}")
    with GATE.run():
        if threads != get_num_threads():
            _drop_pool()
            GATE.threads = threads
            GATE.generation += 1


def current_pool() -> Pool | None:
    """The pool, started if need be; None for one thread. The caller holds the gate."""
    threads = get_num_threads()
    if GATE.pool is None and threads > 1:
        GATE.pool = Pool(threads)
    return GATE.pool


def settle() -> None:
    """Finish a launch that an interrupt cut short between its start and the waking of a worker."""
    pool = GATE.pool
    if pool is not None and pool.unfinished:
        pool.wake_and_finish()


def _drop_pool() -> None:
    pool, GATE.pool = GATE.pool, None
    if pool is not None:
        pool.close()


def _at_exit() -> None:
    # Workers must be out of native code before it is unloaded. A run in another thread keeps the gate: leave it.
    if GATE.lock.acquire(timeout=_EXIT_SECONDS):
        if not GATE.busy:
            _drop_pool()
            GATE.generation += 1
        GATE.lock.release()


def _after_fork() -> None:
    # A child has none of its parent's threads; whoever held the gate is gone too.
    GATE.pool = None
    GATE.lock = threading.RLock()
    GATE.busy = False
    GATE.generation += 1


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
