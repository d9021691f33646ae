"""The runtime's native code, in Numba's subset of Python: pool, tasks, plan walker, step and epoch.

:mod:`.native_text` makes ``native.ll`` of it, which is all that a user's machine needs: importing this module imports
Numba. Every value is a 64-bit integer; addresses come from :mod:`.layout`'s records.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from numba.core import types

from . import layout as at
from .frontend import Lowered, lower, make_callable
from .native_intrinsics import (
    call_bare,
    call_job,
    call_kernel,
    call_with,
    copy,
    fetch_add,
    get,
    least,
    load,
    load_acquire,
    load_half,
    load_ordered,
    pause,
    put,
    store,
    store_half,
    store_ordered,
    store_release,
)

_WORD = types.intp


LOWERED: dict[Any, Lowered] = {}


def _inner(function: Any) -> Any:
    """Lower a function, and let the ones below call it."""
    answer = types.void if function.__annotations__["return"] == "None" else _WORD
    LOWERED[function] = lower(function, answer, (_WORD,) * function.__code__.co_argcount)
    make_callable(function, LOWERED[function])
    return function


# --- waiting ---------------------------------------------------------------------------------------


def _relax(control: int, spins: int) -> None:
    """Pause while the wait is young; later give the core to whoever wants it."""
    function = get(control, at.YIELD_FUNCTION)
    if spins > get(control, at.PAUSES) and function != 0:
        call_bare(function)
    else:
        pause(0)


relax: Any = _inner(_relax)


def _wait(control: int, spins: int) -> None:
    """For others: naps when that takes long, since they may wait for a core, and get this one when it is idle."""
    function = get(control, at.NAP_FUNCTION)
    if spins > get(control, at.NAP_AFTER) and function != 0:
        call_with(function, get(control, at.NAP))
    else:
        relax(control, spins)


wait: Any = _inner(_wait)


def _meet(control: int, threads: int, status: int, stop: int) -> int:
    """Barrier of all threads. Not 0, for every thread alike, when either word was set by then.

    The last to arrive looks and publishes what it saw: each thread looking for itself could see a word
    that a faster thread has set since, and wait for nobody at the next barrier.
    """
    if threads == 1:
        return load_acquire(status) | load_acquire(stop)
    generation = load_acquire(control + 8 * at.GENERATION)
    if fetch_add(control + 8 * at.ARRIVED, 1) == threads - 1:
        store(control + 8 * at.ARRIVED, 0)
        store(control + 8 * at.HALTED, load_acquire(status) | load_acquire(stop))
        store_release(control + 8 * at.GENERATION, generation + 1)
    else:
        spins = 0
        while load_acquire(control + 8 * at.GENERATION) == generation:
            wait(control, spins)
            spins += 1
    return load(control + 8 * at.HALTED)


meet: Any = _inner(_meet)


# --- pool ------------------------------------------------------------------------------------------


def _worker(control: int, thread: int) -> int:
    """Serve jobs: 0 when nothing came for a while (sleep, then call again), 1 when the pool has ended."""
    line = control + 8 * (at.FIRST_WORKER + at.LINE * thread)
    store_ordered(line + 8 * at.PARKED, 0)
    seen = load(line + 8 * at.DONE)
    spins = 0
    while True:
        if load_acquire(control + 8 * at.EPOCH) != seen:
            function = get(control, at.JOB_FUNCTION)
            seen += 1
            if function != 0:
                call_job(function, control, get(control, at.JOB_ARGUMENT), thread, get(control, at.POOL_THREADS))
            store_release(line + 8 * at.DONE, seen)
            if function == 0:
                return 1
            spins = 0
        elif spins < get(control, at.PATIENCE):
            relax(control, spins)
            spins += 1
        else:
            # Either the caller sees the flag and wakes us, or we see its epoch: both orders are total.
            store_ordered(line + 8 * at.PARKED, 1)
            if load_ordered(control + 8 * at.EPOCH) == seen:
                return 0
            store_ordered(line + 8 * at.PARKED, 0)


def _finish(control: int) -> int:
    """Thread 0's part of the job that was started, then wait for the others."""
    put(control, at.UNFINISHED, 0)
    function = get(control, at.JOB_FUNCTION)
    threads = get(control, at.POOL_THREADS)
    if function != 0:
        call_job(function, control, get(control, at.JOB_ARGUMENT), 0, threads)
    epoch = get(control, at.EPOCH)
    for thread in range(1, threads):
        line = control + 8 * (at.FIRST_WORKER + at.LINE * thread)
        spins = 0
        while load_acquire(line + 8 * at.DONE) != epoch:
            wait(control, spins)
            spins += 1
    return at.ANSWER_OK


finish: Any = _inner(_finish)


def _launch(control: int, function: int, argument: int) -> int:
    """Start a job on every thread; run it whole unless a worker sleeps (ANSWER_WAKE)."""
    put(control, at.JOB_FUNCTION, function)
    put(control, at.JOB_ARGUMENT, argument)
    store_ordered(control + 8 * at.EPOCH, get(control, at.EPOCH) + 1)
    for thread in range(1, get(control, at.POOL_THREADS)):
        if load_ordered(control + 8 * (at.FIRST_WORKER + at.LINE * thread + at.PARKED)) != 0:
            put(control, at.UNFINISHED, 1)
            return at.ANSWER_WAKE
    return finish(control)


launch: Any = _inner(_launch)


# --- tasks -----------------------------------------------------------------------------------------


def _next_task(counters: int, last: int, count: int, thread: int, threads: int) -> int:
    """The task after ``last`` (below 0 at first): one of its own, then of what others have not begun; then ``count``.

    Who begins a run clears its own counter of the next one. Nobody has looked at that since the run before, because
    all threads meet between two runs of a launch.
    """
    line = counters + 8 * at.LINE * thread
    runs = get(line, at.TASKS_RUNS)
    word = at.TASKS_BEGUN + runs % 2
    if last < 0:
        put(line, at.TASKS_BEGUN + (runs + 1) % 2, 0)
    owner = thread
    for _ in range(threads):
        begun = counters + 8 * (at.LINE * owner + word)
        if owner + load_acquire(begun) * threads < count:
            task = owner + fetch_add(begun, 1) * threads
            if task < count:
                return task
        owner += 1
        if owner == threads:
            owner = 0
    put(line, at.TASKS_RUNS, runs + 1)
    return count


# --- plan ------------------------------------------------------------------------------------------


def _walk(control: int, step: int, thread: int, threads: int) -> int:
    """All launches of a step. Not 0, for every thread alike, when a check stopped it at a barrier."""
    record = get(step, at.STEP_PLAN)
    status = get(step, at.STEP_STATUS)
    for _ in range(get(step, at.STEP_LAUNCHES)):
        flags = get(record, at.LAUNCH_FLAGS)
        if flags & at.FLAG_BARRIER and meet(control, threads, status, status) != 0:
            return 1
        if flags & at.FLAG_PARALLEL and threads > 1:
            call_kernel(get(record, at.LAUNCH_KERNEL), get(record, at.LAUNCH_WINDOW), thread, threads)
        elif thread == 0 and load(status) == 0:
            # After a failed check thread 0 only goes on to the next barrier, where all threads stop.
            call_kernel(get(record, at.LAUNCH_KERNEL), get(record, at.LAUNCH_WINDOW), 0, 1)
            if flags & at.FLAG_CHECK and load(status) != 0:
                put(status, 1, get(record, at.LAUNCH_INDEX))
        record += 8 * at.LAUNCH_WORDS
    return 0


walk: Any = _inner(_walk)


def _set_slots(record: int) -> None:
    """Write an input's address wherever kernels look for it."""
    source = get(record, at.INPUT_SOURCE)
    slots = get(record, at.INPUT_SLOTS)
    for i in range(get(record, at.INPUT_SLOT_COUNT)):
        store(get(slots, i), source)


set_slots: Any = _inner(_set_slots)


def _step_body(control: int, step: int, thread: int, threads: int) -> None:
    """One step, as a job of the pool."""
    walk(control, step, thread, threads)


step_body: Any = _inner(_step_body)


def _matches(step: int, arguments: int) -> int:
    """Whether a Python tuple holds exactly the arrays this step expects; notes where their data is."""
    head = get(step, at.STEP_OBJECT_HEAD)
    count = get(step, at.STEP_INPUT_COUNT)
    if load(arguments + head) != count:
        return 0
    items = arguments + get(step, at.STEP_TUPLE_HEAD)
    record = get(step, at.STEP_INPUTS)
    for i in range(count):
        item = get(items, i)
        if load(item + head - 8) != get(record, at.INPUT_CLASS):
            return 0
        # PyArrayObject after its header: data, nd, dimensions, strides, base, descr, flags.
        array = item + head
        rank = get(record, at.INPUT_RANK)
        if get(array, 5) != get(record, at.INPUT_DTYPE) or load_half(array + 8) != rank:
            return 0
        if load_half(array + 48) & at.ARRAY_FLAGS != at.ARRAY_FLAGS:
            return 0
        dimensions = get(array, 2)
        expected = get(record, at.INPUT_SHAPE)
        for axis in range(rank):
            if get(dimensions, axis) != get(expected, axis):
                return 0
        put(record, at.INPUT_SOURCE, get(array, 0))
        record += 8 * at.INPUT_WORDS
    return 1


matches: Any = _inner(_matches)


def _enter(step: int, arguments: int) -> int:
    """A whole call. ``arguments`` is the address of the tuple of arrays; 0: sources are already noted.

    Returns the status code, ANSWER_MISMATCH or ANSWER_WAKE.
    """
    if arguments != 0 and matches(step, arguments) == 0:
        return at.ANSWER_MISMATCH
    record = get(step, at.STEP_INPUTS)
    for _ in range(get(step, at.STEP_INPUT_COUNT)):
        set_slots(record)
        record += 8 * at.INPUT_WORDS
    if get(step, at.STEP_THREADS) == 1:
        step_body(0, step, 0, 1)
    elif launch(get(step, at.STEP_CONTROL), get(step, at.STEP_BODY), step) != at.ANSWER_OK:
        return at.ANSWER_WAKE
    return load(get(step, at.STEP_STATUS))


# --- epoch -----------------------------------------------------------------------------------------


def _gather(target: int, base: int, bytes_: int, order: int, first: int, last: int) -> None:
    """Copy rows ``order[first:last]`` one after another."""
    if bytes_ == 8:
        for i in range(first, last):
            store(target, load(base + 8 * get(order, i)))
            target += 8
    elif bytes_ == 4:
        for i in range(first, last):
            store_half(target, load_half(base + 4 * get(order, i)))
            target += 4
    else:
        for i in range(first, last):
            copy(target, base + bytes_ * get(order, i), bytes_)
            target += bytes_


gather: Any = _inner(_gather)


def _stage(epoch: int, step: int, index: int, rows: int, thread: int, threads: int) -> None:
    """Bring the rows of one step to where the kernels look for them."""
    batch = get(epoch, at.EPOCH_BATCH)
    order = get(epoch, at.EPOCH_ORDER)
    feed = get(epoch, at.EPOCH_FEEDS)
    record = get(step, at.STEP_INPUTS)
    share = (rows + threads - 1) // threads
    first = least(share * thread, rows)
    last = least(first + share, rows)
    for _ in range(get(step, at.STEP_INPUT_COUNT)):
        base = get(feed, at.FEED_BASE)
        bytes_ = get(feed, at.FEED_ROW_BYTES)
        staging = get(feed, at.FEED_STAGING)
        done = index * batch
        if staging != 0:
            gather(staging + first * bytes_, base, bytes_, order, done + first, done + last)
        if thread == 0:
            put(record, at.INPUT_SOURCE, staging if staging != 0 else base + done * bytes_)
            set_slots(record)
        record += 8 * at.INPUT_WORDS
        feed += 8 * at.FEED_WORDS


stage: Any = _inner(_stage)


def _keep_outputs(epoch: int, step: int, index: int, tail: int) -> None:
    """Copy a step's results to their places among all steps' results."""
    output = get(epoch, at.EPOCH_OUTPUTS)
    for _ in range(get(epoch, at.EPOCH_OUTPUT_COUNT)):
        count = get(output, at.OUTPUT_MAIN_BYTES)
        target = get(output, at.OUTPUT_TARGET) + index * count
        source = get(output, at.OUTPUT_MAIN)
        if tail != 0:
            source = get(output, at.OUTPUT_TAIL)
            count = get(output, at.OUTPUT_TAIL_BYTES)
        input_ = get(output, at.OUTPUT_INPUT)
        if input_ != 0:
            source = get(get(step, at.STEP_INPUTS) + 8 * at.INPUT_WORDS * (input_ - 1), at.INPUT_SOURCE)
        copy(target, source, count)
        output += 8 * at.OUTPUT_WORDS


keep_outputs: Any = _inner(_keep_outputs)


def _epoch_body(control: int, epoch: int, thread: int, threads: int) -> None:
    """All steps of an epoch. Thread 0 counts them and keeps their results."""
    steps = get(epoch, at.EPOCH_STEPS)
    stop = get(epoch, at.EPOCH_STOP)
    for index in range(steps):
        step = get(epoch, at.EPOCH_MAIN)
        rows = get(epoch, at.EPOCH_BATCH)
        tail = 0
        if index == steps - 1 and get(epoch, at.EPOCH_TAIL) != 0:
            step = get(epoch, at.EPOCH_TAIL)
            rows = get(epoch, at.EPOCH_TAIL_ROWS)
            tail = 1
        status = get(step, at.STEP_STATUS)
        stage(epoch, step, index, rows, thread, threads)
        if threads > 1 and meet(control, threads, status, status) != 0:
            return
        if walk(control, step, thread, threads) != 0:
            return
        halted = meet(control, threads, status, stop)
        if thread == 0 and load(status) == 0:
            keep_outputs(epoch, step, index, tail)
            store_release(get(epoch, at.EPOCH_PROGRESS), index + 1)
        if halted != 0:
            return
        # Gathering the next rows would overwrite an input that is an output too, while thread 0 still copies it.
        if threads > 1 and get(epoch, at.EPOCH_ECHO) != 0 and meet(control, threads, status, status) != 0:
            return


epoch_body: Any = _inner(_epoch_body)

worker: Any = _inner(_worker)
enter: Any = _inner(_enter)

next_task: Any = _inner(_next_task)

ENTRIES: dict[str, Any] = {
    "worker": worker,
    "launch": launch,
    "finish": finish,
    "enter": enter,
    "step_body": step_body,
    "epoch_body": epoch_body,
    "next_task": next_task,
}
