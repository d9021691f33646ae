"""What can watch and steer :func:`graphc.fit`."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphc.runtime.errors import DeclarationError
from graphc.runtime.storage import Storage

from .checkpoint import PathLike, Stateful, save
from .program import CompiledFunction


class History(Mapping[str, list[float]]):
    """Metrics of every epoch: ``history["loss"]`` is a list with a number for each.

    Attributes:
        epochs: metrics by epoch: a list of dicts.
        stopped: why training ended before the last epoch, or "".
    """

    def __init__(self) -> None:
        self.epochs: list[dict[str, float]] = []
        self.stopped = ""

    def __getitem__(self, name: str) -> list[float]:
        values = [epoch[name] for epoch in self.epochs if name in epoch]
        if not values:
            raise KeyError(f"no metric {name!r}; there are {', '.join(self) or 'none yet'}")
        return values

    def __iter__(self) -> Any:
        return iter(dict.fromkeys(name for epoch in self.epochs for name in epoch))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {value:.4g}" for name, value in (self.epochs[-1] if self.epochs else {}).items())
        return f"<history of {len(self.epochs)} epochs: {last or 'empty'}>"


@dataclass
class Run:
    """A training run, as callbacks see it.

    Attributes:
        program: the training program.
        epochs: how many are planned.
        history: metrics so far.
        stop: set it to a reason to end training after this epoch.
    """

    program: CompiledFunction
    epochs: int
    history: History = field(default_factory=History)
    stop: str = ""

    def storages(self) -> list[Storage]:
        """Everything the program updates: parameters, moments, statistics, random state."""
        return self.program.updated_storages()


class Callback:
    """Base of callbacks; override what is of interest."""

    def on_train_begin(self, run: Run) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, run: Run, epoch: int) -> None:
        """Before each epoch, counted from 0."""

    def on_epoch_end(self, run: Run, epoch: int, metrics: Mapping[str, float]) -> None:
        """After each epoch and its validation."""

    def on_train_end(self, run: Run) -> None:
        """After the last epoch, also when it was stopped or interrupted."""


class _Watching(Callback):
    def __init__(self, monitor: str, mode: str, min_delta: float) -> None:
        if mode not in ("min", "max"):
            raise DeclarationError(f"{type(self).__name__}: expected mode 'min' or 'max', got {mode!r}")
        self.monitor = monitor
        self.sign = 1.0 if mode == "min" else -1.0
        self.min_delta = abs(min_delta)
        self.best = math.inf

    def improved(self, metrics: Mapping[str, float]) -> bool:
        """Whether the metric is better than ever; remembers it."""
        if self.monitor not in metrics:
            raise DeclarationError(f"{type(self).__name__}: no metric {self.monitor!r}; there are {', '.join(metrics)}")
        value = self.sign * metrics[self.monitor]
        if value < self.best - self.min_delta:
            self.best = value
            return True
        return False


class EarlyStopping(_Watching):
    """Ends training when a metric has not become better for ``patience`` epochs.

    Args:
        patience: epochs to wait.
        min_delta: how much better counts.
        monitor: the metric.
        mode: ``"min"`` when smaller is better, else ``"max"``.
        restore_best: at the end put everything the program updates back to where the metric was best.
    """

    def __init__(
        self,
        patience: int = 5,
        min_delta: float = 0.0,
        monitor: str = "val_loss",
        mode: str = "min",
        restore_best: bool = False,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience = patience
        self.restore_best = restore_best
        self.waited = 0
        self.saved: list[np.ndarray[Any, Any]] | None = None

    def on_train_begin(self, run: Run) -> None:
        """Forget earlier runs."""
        self.best, self.waited, self.saved = math.inf, 0, None

    def on_epoch_end(self, run: Run, epoch: int, metrics: Mapping[str, float]) -> None:
        """Look at the metric."""
        if self.improved(metrics):
            self.waited = 0
            if self.restore_best:
                self.saved = [storage.array.copy() for storage in run.storages()]
            return
        self.waited += 1
        if self.waited >= self.patience:
            run.stop = f"{self.monitor} has not become better for {self.waited} epochs"

    def on_train_end(self, run: Run) -> None:
        """Go back to the best epoch."""
        if self.saved is not None:
            for storage, array in zip(run.storages(), self.saved, strict=True):
                storage.assign(array)


class Checkpoint(_Watching):
    """Saves after epochs.

    Args:
        path: the file; ``{epoch}`` and metrics such as ``{val_loss:.3f}`` are filled in.
        model: see :func:`graphc.save`.
        optimizer: see :func:`graphc.save`.
        scheduler: see :func:`graphc.save`.
        every: save after every so many epochs.
        best_only: save only when ``monitor`` is better than ever.
        monitor: the metric.
        mode: ``"min"`` when smaller is better, else ``"max"``.
    """

    def __init__(
        self,
        path: PathLike,
        *,
        model: Stateful | None = None,
        optimizer: Stateful | None = None,
        scheduler: Stateful | None = None,
        every: int = 1,
        best_only: bool = False,
        monitor: str = "val_loss",
        mode: str = "min",
    ) -> None:
        super().__init__(monitor, mode, 0.0)
        self.path = os.fspath(path)
        self.model, self.optimizer, self.scheduler = model, optimizer, scheduler
        self.every = every
        self.best_only = best_only

    def on_epoch_end(self, run: Run, epoch: int, metrics: Mapping[str, float]) -> None:
        """Save, with the number of the next epoch as ``extra["epoch"]``."""
        if (epoch + 1) % self.every or (self.best_only and not self.improved(metrics)):
            return
        path = self.path.format(epoch=epoch + 1, **metrics)
        save(
            path,
            model=self.model,
            optimizer=self.optimizer,
            program=run.program,
            scheduler=self.scheduler,
            extra={"epoch": epoch + 1, "metrics": dict(metrics)},
        )
