"""``gr.fit`` and ``gr.evaluate``: the training loop and the test loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from graphc.runtime.errors import DeclarationError, FeedError

from .callbacks import Callback, History, Run
from .program import CompiledFunction
from .reporting import Reporter, choose
from .tensor import Array

Data: TypeAlias = "Array | Sequence[Array] | Mapping[str, Array] | Iterable[Sequence[Array]]"
Validation: TypeAlias = "tuple[CompiledFunction, Data] | Callable[[], Mapping[str, float]]"


class Scheduler(Protocol):
    """A schedule; :class:`graphc.optim.lr_scheduler.ReduceLROnPlateau` takes a metric at each step."""

    def step(self, *metrics: Any) -> None:
        """Go on."""
        ...


def evaluate(program: CompiledFunction, data: Data, *, batch_size: int = 256) -> dict[str, float]:
    """Metrics over a data set, averaged over its rows.

    Args:
        program: either one whose outputs are scalars (such as ``{"loss": loss, "accuracy": accuracy}``), each the mean
            over its batch; or one that gives a score for each class, ``[batch, classes]``, when the data hold one
            array more than it has inputs: the labels, which give ``accuracy``.
        data: arrays for the program's inputs, in order or by name, or an iterable of batches of them.
        batch_size: rows of a step.

    Returns:
        Numbers by output name; a single output is called ``loss`` when it is a scalar.
    """
    totals: dict[str, float] = {}
    rows = 0
    for batch in _batches(program, data, batch_size, None):
        count = _rows(batch)
        for name, value in _measure(program, batch).items():
            totals[name] = totals.get(name, 0.0) + value * count
        rows += count
    if not rows:
        raise FeedError("evaluate: the data hold no batch")
    return {name: total / rows for name, total in totals.items()}


def _measure(program: CompiledFunction, batch: Sequence[Array]) -> dict[str, float]:
    inputs = len(program.inputs)
    results = program(*batch[:inputs])
    if len(batch) == inputs + 1 and program.outputs.single and np.ndim(results) == 2:
        return {"accuracy": float(np.mean(np.argmax(results, axis=1) == batch[inputs]))}
    if len(batch) != inputs:
        raise FeedError(f"evaluate: program {program.name!r} takes {inputs} inputs, got {len(batch)} arrays")
    return _scalars(program, results)


def _scalars(program: CompiledFunction, results: Any) -> dict[str, float]:
    """Outputs that are one number each."""
    if program.outputs.single:
        return {"loss": float(results)} if np.ndim(results) == 0 else {}
    values = results.values() if isinstance(results, Mapping) else results
    pairs = zip(program.outputs.names, values, strict=True)
    return {name: float(value) for name, value in pairs if np.ndim(value) == 0}


def fit(
    train: CompiledFunction,
    data: Data,
    *,
    epochs: int = 1,
    batch_size: int = 64,
    shuffle: bool = True,
    seed: int = 0,
    validate: Validation | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool | str | None = None,
    scheduler: Scheduler | None = None,
    scheduler_interval: str = "epoch",
    drop_last: bool = False,
    start_epoch: int = 0,
) -> History:
    """Train for some epochs.

    Args:
        train: a program with updates; its first output (or the one called ``loss``) is the loss.
        data: arrays for its inputs, rows along the first axis, in order or by name; or an iterable of batches.
        epochs: how many in all.
        batch_size: rows of a step.
        shuffle: take the rows in another order in each epoch, drawn from ``seed`` and the number of the epoch.
        seed: see ``shuffle``.
        validate: after each epoch, a pair (program, data) for :func:`evaluate`, or a function that gives metrics;
            they are recorded with ``val_`` before their names.
        callbacks: see :class:`Callback`.
        progress: None shows a bar when stderr is a terminal and one line an epoch otherwise, True always the bar,
            False nothing, ``"quickstart"`` the lines of PyTorch's quickstart tutorial.
        scheduler: a schedule to step.
        scheduler_interval: step it after each ``"epoch"`` or after each ``"step"``.
        drop_last: leave out a last batch with fewer rows.
        start_epoch: first epoch, when a run is continued.

    Returns:
        Metrics of every epoch: means over its rows.

    Ctrl-C stops between two steps with all state intact, and is raised again.
    """
    if scheduler_interval not in ("epoch", "step"):
        raise DeclarationError(f"fit: expected scheduler_interval 'epoch' or 'step', got {scheduler_interval!r}")
    if not train.updates_state:
        raise DeclarationError(
            f"fit: program {train.name!r} updates nothing; compile it with updates=opt.minimize(loss)"
        )
    arrays = _in_memory(train, data)
    rows = _rows(arrays) if arrays else 0
    steps = rows // batch_size if drop_last else -(-rows // batch_size)
    reporter = choose(progress)(epochs, rows, batch_size, steps)
    run = Run(train, epochs)
    stepwise = scheduler if scheduler_interval == "step" else None
    try:
        for callback in callbacks:
            callback.on_train_begin(run)
        for epoch in range(start_epoch, epochs):
            for callback in callbacks:
                callback.on_epoch_begin(run, epoch)
            reporter.begin(epoch)
            order = seed + epoch if shuffle else None
            if arrays and stepwise is None:
                metrics = _native_epoch(train, arrays, batch_size, order, drop_last, reporter)
            else:
                batches = _batches(train, arrays or data, batch_size, order, drop_last)
                metrics = _python_epoch(train, batches, reporter, stepwise)
            if validate is not None:
                found = validate() if callable(validate) else evaluate(validate[0], validate[1])
                metrics.update((f"val_{name}", value) for name, value in found.items())
            run.history.epochs.append(metrics)
            reporter.end(epoch, metrics)
            if scheduler is not None and stepwise is None:
                _step(scheduler, metrics)
            for callback in callbacks:
                callback.on_epoch_end(run, epoch, metrics)
            if run.stop:
                break
        run.history.stopped = run.stop
        reporter.finish()
    finally:
        reporter.close()
        for callback in callbacks:
            callback.on_train_end(run)
    return run.history


def _step(scheduler: Scheduler, metrics: Mapping[str, float]) -> None:
    if hasattr(scheduler, "num_bad_epochs"):  # looks at a metric
        scheduler.step(metrics.get("val_loss", metrics.get("loss")))
    else:
        scheduler.step()


def _native_epoch(
    train: CompiledFunction,
    arrays: Sequence[Array],
    batch_size: int,
    order: int | None,
    drop_last: bool,
    reporter: Reporter,
) -> dict[str, float]:
    position = _loss_position(train)

    def moved(done: int, outputs: Sequence[Array]) -> None:
        reporter.progress(done, outputs[position] if position is not None else ())

    quiet = type(reporter) is Reporter
    results = train.run_epoch(
        *arrays,
        batch_size=batch_size,
        shuffle=order is not None,
        seed=order or 0,
        drop_last=drop_last,
        on_progress=None if quiet else moved,
    )
    rows = _rows(arrays)
    parts = {"loss": results} if train.outputs.single else results
    if not isinstance(parts, Mapping):
        parts = dict(zip(train.outputs.names, parts, strict=True))
    metrics: dict[str, float] = {}
    for (name, values), tensor in zip(parts.items(), train.outputs.tensors, strict=True):
        if tensor.ndim == 0 and len(values):
            weights = np.full(len(values), float(min(batch_size, rows)))
            if not drop_last and rows % batch_size and rows > batch_size:
                weights[-1] = rows % batch_size
            metrics[name] = float(np.average(np.asarray(values, np.float64), weights=weights))
    return metrics


def _python_epoch(
    train: CompiledFunction, batches: Iterable[Sequence[Array]], reporter: Reporter, scheduler: Scheduler | None
) -> dict[str, float]:
    totals: dict[str, float] = {}
    losses: list[float] = []
    rows = 0
    for batch in batches:
        metrics = _scalars(train, train(*batch))
        count = _rows(batch)
        rows += count
        for name, value in metrics.items():
            totals[name] = totals.get(name, 0.0) + value * count
        losses.append(metrics.get("loss", next(iter(metrics.values()), float("nan"))))
        if scheduler is not None:
            scheduler.step()
        reporter.progress(len(losses), losses)
    if not rows:
        raise FeedError("fit: the data hold no batch")
    return {name: total / rows for name, total in totals.items()}


def _loss_position(train: CompiledFunction) -> int | None:
    scalars = [i for i, tensor in enumerate(train.outputs.tensors) if tensor.ndim == 0]
    named = [i for i in scalars if train.outputs.names[i] == "loss"]
    return next(iter(named or scalars), None)


def _in_memory(program: CompiledFunction, data: Data) -> list[Array]:
    """The data set's arrays in the order of the inputs, or none for an iterable of batches."""
    if isinstance(data, np.ndarray):
        return [data]
    if isinstance(data, Mapping):
        names = [tensor.name for tensor in program.inputs]
        if set(data) != set(names):
            raise FeedError(f"data for program {program.name!r}: expected {', '.join(names)}, got {', '.join(data)}")
        return [_plain(data[name]) for name in names]
    if isinstance(data, tuple | list):
        arrays = [_plain(each) for each in data]
        if not all(isinstance(each, np.ndarray) for each in arrays):
            return []
        sizes = {len(each) if each.ndim else 0 for each in arrays}
        if len(sizes) > 1:
            listed = ", ".join(str(list(each.shape)) for each in arrays)
            raise FeedError(f"data for program {program.name!r}: expected as many rows in each array, got {listed}")
        return arrays
    return []


def _plain(array: Any) -> Any:
    """NumPy arrays as they are, other libraries' through ``__array__``."""
    return np.asarray(array) if hasattr(array, "__array__") and not isinstance(array, np.ndarray) else array


def _rows(batch: Sequence[Array]) -> int:
    return len(batch[0]) if len(batch) and np.ndim(batch[0]) else 1


def _batches(
    program: CompiledFunction, data: Data, batch_size: int, order: int | None, drop_last: bool = False
) -> Iterator[Sequence[Array]]:
    arrays = _in_memory(program, data)
    if not arrays:
        for batch in data:
            parts = batch if isinstance(batch, tuple | list) else [batch]
            yield [_plain(part) for part in parts]
        return
    rows = _rows(arrays)
    positions = np.arange(rows) if order is None else np.random.Generator(np.random.PCG64(order)).permutation(rows)
    for start in range(0, rows, batch_size):
        chosen = positions[start : start + batch_size]
        if drop_last and len(chosen) < batch_size:
            return
        yield [array[chosen] for array in arrays]
