"""A whole epoch in one native call: batches, the order of rows, progress, and stopping."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import layout as at
from .binding import Array, Binding, Words, address_of, new_words
from .errors import FeedError, RunError
from .feed import as_array, order_arguments, solve_dims
from .stepper import Stepper
from .storage import aligned_empty
from .threads import GATE, current_pool
from .types import Dim, Shape

_SHORT = 0.05  # seconds: an epoch known to be shorter needs no second thread to stay interruptible
_POLL = 0.05  # seconds between looks at the progress


@dataclass(frozen=True)
class Epoch:
    """What was asked for: the arguments of ``Executor.run_epoch``."""

    arrays: Sequence[object] | Mapping[str, object]
    batch_size: int
    shuffle: bool = False
    seed: int = 0
    drop_last: bool = False
    on_progress: Callable[[int, list[Array]], object] | None = None
    steps: int | None = None


@dataclass(frozen=True)
class Batches:
    """How the data set is cut.

    Attributes:
        arrays: inputs in the program's order, of the declared element types.
        cut: whether each input is cut into batches; otherwise it is the same in each step.
        name: the batch dimension; None where the batch size is a constant of the program.
        examples: rows of the data set.
        rows: rows of a full batch.
        tail: rows of the last, smaller batch; 0 for none.
        steps: number of steps, the smaller one included.
        dims: dimensions of a full batch.
        tail_dims: dimensions of the smaller one.
    """

    arrays: list[Array]
    cut: list[bool]
    name: str | None
    examples: int
    rows: int
    tail: int
    steps: int
    dims: dict[str, int]
    tail_dims: dict[str, int]

    def taken(self, steps: int) -> int:
        """Rows taken by the first ``steps`` steps."""
        return steps * self.rows - (self.rows - self.tail if self.tail and steps == self.steps else 0)


def _whole(what: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise FeedError(f"run_epoch: {what} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def cut_batches(stepper: Stepper, epoch: Epoch) -> Batches:
    """Check the arguments and cut the data set. FeedError for what does not fit."""
    program, specs = stepper.program, stepper.specs
    rows = _whole("batch_size", epoch.batch_size, 1)
    by_name = isinstance(epoch.arrays, Mapping)
    given = order_arguments(
        program.name,
        specs,
        () if by_name else tuple(epoch.arrays),
        epoch.arrays if by_name else {},  # type: ignore[arg-type]
    )
    arrays = [as_array(spec, value) for spec, value in zip(specs, given, strict=True)]
    leads = [spec.type.shape[0] if spec.type.shape else None for spec in specs]
    named = [_dim_name(lead) for lead in leads]
    name = next((n for n in named if n is not None), None)
    if name is not None:
        cut = [n == name for n in named]
        for spec, is_cut in zip(specs, cut, strict=True):
            inner = spec.type.shape[1:] if is_cut else spec.type.shape
            if any(isinstance(dim, Dim) and name in dim.names for dim in inner):
                raise FeedError(f"run_epoch: input {spec.name!r} is {spec.type}: only a leading {name} can be cut")
        whole = solve_dims(program, specs, [array.shape for array in arrays])
        examples = whole[name]
    else:
        cut = [lead == rows for lead in leads]
        if not any(cut):
            raise FeedError(f"run_epoch: no input has a leading dimension that is named, or is {rows}")
        examples = _examples(stepper, arrays, cut, rows)
        shapes = [(rows, *a.shape[1:]) if c else a.shape for a, c in zip(arrays, cut, strict=True)]
        whole = solve_dims(program, specs, shapes)

    tail = examples % rows
    full = examples // rows
    if epoch.drop_last:
        tail = 0
        if full == 0:
            raise FeedError(f"run_epoch: batch_size is {rows}, but there are only {examples} examples")
    elif full == 0:
        rows, full, tail = examples, 1, 0
    if tail and name is None:
        raise FeedError(
            f"run_epoch: {examples} examples are no whole number of batches of {rows}, "
            "which is a constant of the program; pass drop_last=True"
        )
    steps = full + bool(tail)
    if epoch.steps is not None:
        wanted = _whole("steps", epoch.steps, 1)
        if wanted > steps:
            raise FeedError(f"run_epoch: steps is {wanted}, but {examples} examples make {steps} batches of {rows}")
        if wanted < steps:
            steps, tail = wanted, 0
    dims = whole if name is None else {**whole, name: rows}
    tail_dims = dims if name is None or not tail else {**whole, name: tail}
    return Batches(arrays, cut, name, examples, rows, tail, steps, dims, tail_dims)


def _dim_name(dim: object) -> str | None:
    """The name of a dimension that is nothing but one."""
    return dim.sole_name if isinstance(dim, Dim) else None


def _examples(stepper: Stepper, arrays: Sequence[Array], cut: Sequence[bool], rows: int) -> int:
    first = ""
    examples = 0
    for spec, array, is_cut in zip(stepper.specs, arrays, cut, strict=True):
        if not is_cut:
            continue
        size = array.shape[0] if array.ndim else 0
        if array.ndim != spec.type.rank or size == 0:
            raise FeedError(f"input {spec.name!r} expects batches of {spec.type}, got shape {list(array.shape)}")
        if first and size != examples:
            raise FeedError(f"run_epoch: input {first!r} has {examples} examples but input {spec.name!r} has {size}")
        first, examples = spec.name, size
    if examples < rows:
        raise FeedError(f"run_epoch: batch_size is {rows}, but there are only {examples} examples")
    return examples


class _Results:
    """Places for what every step returns."""

    def __init__(self, stepper: Stepper, batches: Batches, main: Binding, tail: Binding | None) -> None:
        program = stepper.program
        self._batches = batches
        self.arrays: list[Array] = []
        self._joined: list[bool] = []
        self.records = new_words(max(len(program.outputs), 1), at.OUTPUT_WORDS)
        self.echo = False
        for position, index in enumerate(program.outputs):
            type = program.buffers[index].type
            joined = self._is_joined(program.buffers[index].name, type.shape)
            shape = type.concrete(batches.dims)
            rows = batches.taken(batches.steps)
            array = np.empty((rows, *shape[1:]) if joined else (batches.steps, *shape), type.dtype.numpy)
            record = self.records[position]
            record[at.OUTPUT_TARGET] = address_of(array)
            record[at.OUTPUT_MAIN_BYTES] = math.prod(shape) * type.dtype.itemsize
            record[at.OUTPUT_TAIL_BYTES] = math.prod(type.concrete(batches.tail_dims)) * type.dtype.itemsize
            source = main.outputs[position]
            if source is None:
                given = stepper.binder.input_of(index)
                assert given is not None
                record[at.OUTPUT_INPUT] = 1 + given
                self.echo = True
            else:
                record[at.OUTPUT_MAIN] = address_of(source)
                last = source if tail is None else tail.outputs[position]
                assert last is not None
                record[at.OUTPUT_TAIL] = address_of(last)
            self.arrays.append(array)
            self._joined.append(joined)

    def _is_joined(self, name: str, shape: Shape) -> bool:
        batch = self._batches.name
        inside = [batch is not None and isinstance(dim, Dim) and batch in dim.names for dim in shape]
        if not any(inside):
            return False
        if not any(inside[1:]) and _dim_name(shape[0]) == batch:
            return True
        if self._batches.tail:
            raise FeedError(
                f"run_epoch: output {name!r} has another shape in the last batch, of {self._batches.tail} examples "
                f"instead of {self._batches.rows}; pass drop_last=True"
            )
        return False

    def so_far(self, steps: int) -> list[Array]:
        """What the first ``steps`` steps returned."""
        rows = self._batches.taken(steps)
        return [a[: rows if joined else steps] for a, joined in zip(self.arrays, self._joined, strict=True)]


def _feed_records(batches: Batches, shuffle: bool) -> tuple[Words, list[Array]]:
    """Where native code finds the rows, and gathers them in another order; and the memory to keep alive."""
    records = new_words(max(len(batches.arrays), 1), at.FEED_WORDS)
    kept = list(batches.arrays)
    for record, array, is_cut in zip(records, batches.arrays, batches.cut, strict=False):
        record[at.FEED_BASE] = address_of(array)
        record[at.FEED_ROW_BYTES] = array.nbytes // batches.examples if is_cut else 0
        if shuffle and is_cut:
            staging = aligned_empty((batches.rows, *array.shape[1:]), array.dtype)
            record[at.FEED_STAGING] = address_of(staging)
            kept.append(staging)
    return records, kept


def run_epoch(stepper: Stepper, epoch: Epoch) -> list[Array]:
    """Run all batches; see ``Executor.run_epoch``."""
    batches = cut_batches(stepper, epoch)
    order = None
    if epoch.shuffle:
        seed = _whole("seed", epoch.seed, 0)
        order = np.random.Generator(np.random.PCG64(seed)).permutation(batches.examples).astype(np.int64, copy=False)
    with GATE.run():
        main, *rest = stepper.bindings(batches.dims, *([batches.tail_dims] if batches.tail else []))
        tail = rest[0] if rest else None
        results = _Results(stepper, batches, main, tail)
        feeds, kept = _feed_records(batches, epoch.shuffle)
        words = new_words(2, at.LINE)  # progress and stop, each in a line of its own
        record = new_words(at.EPOCH_WORDS)
        record[at.EPOCH_MAIN] = main.address
        record[at.EPOCH_TAIL] = tail.address if tail else 0
        record[at.EPOCH_STEPS] = batches.steps
        record[at.EPOCH_BATCH] = batches.rows
        record[at.EPOCH_TAIL_ROWS] = batches.tail
        record[at.EPOCH_ORDER] = 0 if order is None else address_of(order)
        record[at.EPOCH_PROGRESS] = address_of(words[0])
        record[at.EPOCH_STOP] = address_of(words[1])
        record[at.EPOCH_FEEDS] = address_of(feeds)
        record[at.EPOCH_OUTPUTS] = address_of(results.records)
        record[at.EPOCH_OUTPUT_COUNT] = len(results.arrays)
        record[at.EPOCH_ECHO] = epoch.shuffle and results.echo

        parallel = main.threads > 1 or (tail is not None and tail.threads > 1)

        def work() -> None:
            pool = current_pool() if parallel else None
            if pool is None:
                stepper.native.epoch_body(0, address_of(record), 0, 1)
            else:
                pool.run(stepper.native.addresses["epoch_body"], address_of(record))

        def report() -> None:
            done = int(words[0, 0])
            if epoch.on_progress is not None and done:
                epoch.on_progress(done, results.so_far(done))

        expected = None if stepper.step_seconds is None else stepper.step_seconds * batches.steps
        in_main = threading.current_thread() is threading.main_thread()
        start = time.perf_counter()
        if epoch.on_progress is None and (not in_main or (expected is not None and expected < _SHORT)):
            work()
        else:
            _run_beside(work, report, words[1])
        del kept
        done = int(words[0, 0])
        if done:
            stepper.step_seconds = (time.perf_counter() - start) / done
        if stepper.binder.status[0]:
            raise _failure(stepper, batches, done, order)
        report()
        return results.arrays


def _run_beside(work: Callable[[], None], report: Callable[[], None], stop: Words) -> None:
    """Run ``work`` in another thread, so that this one can report and be interrupted.

    Whatever interrupts it asks the epoch to stop, is held until the current step has ended, and goes on.
    """
    ended = threading.Event()
    trouble: list[BaseException] = []

    def body() -> None:
        try:
            if not stop[0]:
                work()
        except BaseException as error:  # raised again in the caller's thread
            trouble.append(error)
        finally:
            ended.set()

    helper = threading.Thread(target=body, name="graphc-epoch", daemon=True)
    try:
        helper.start()
        while not ended.wait(_POLL):
            report()
    except BaseException:
        _stop_and_wait(helper, stop)
        raise
    helper.join()
    if trouble:
        raise trouble[0]


def _stop_and_wait(helper: threading.Thread, stop: Words) -> None:
    while True:
        try:
            stop[0] = 1
            while helper.is_alive():
                helper.join()
            return
        except KeyboardInterrupt:
            continue  # asked again; the step has to end all the same


def _failure(stepper: Stepper, batches: Batches, step: int, order: Words | None) -> RunError:
    """The error of a step, told in rows of the caller's arrays."""
    is_tail = batches.tail and step == batches.steps - 1

    def place(source: str, row: int) -> tuple[int, str]:
        before = f"the {step} steps before it stay applied" if step != 1 else "the step before it stays applied"
        note = f"in step {step} of the epoch; {before}"
        for spec, is_cut in zip(stepper.specs, batches.cut, strict=True):
            if spec.name == source and is_cut:
                at_row = step * batches.rows + row
                note = f"in step {step} of the epoch, row {row} of its batch; {before}"
                return int(at_row if order is None else order[at_row]), note
        return row, note

    return stepper.failure(batches.tail_dims if is_tail else batches.dims, place)
