"""How :func:`graphc.fit` shows its progress: a bar, plain lines, PyTorch's quickstart lines, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graphc.runtime.errors import DeclarationError

Loss = np.ndarray[Any, Any]
QUICKSTART_EVERY = 100  # batches between two lines, as in PyTorch's quickstart


class Reporter:
    """Says nothing; base of the others.

    Attributes:
        epochs: how many are planned.
        rows: examples of an epoch, 0 when unknown.
        batch: examples of a full batch.
        steps: batches of an epoch, 0 when unknown.
    """

    def __init__(self, epochs: int, rows: int, batch: int, steps: int) -> None:
        self.epochs, self.rows, self.batch, self.steps = epochs, rows, batch, steps

    def begin(self, epoch: int) -> None:
        """Before an epoch, counted from 0."""

    def progress(self, done: int, losses: Sequence[float] | Loss) -> None:
        """``done`` steps of the epoch have been taken, with these losses."""

    def end(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """After an epoch and its validation."""

    def close(self) -> None:
        """After training, also when it was interrupted."""

    def finish(self) -> None:
        """After training that was not interrupted."""


def summary(metrics: Mapping[str, float]) -> str:
    """``loss 0.1234, val_accuracy 0.98``."""
    return ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())


class Lines(Reporter):
    """One line an epoch."""

    def begin(self, epoch: int) -> None:
        """Start the clock."""
        self.start = time.perf_counter()

    def end(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """``epoch 1/5: loss 0.1234, 1.2 s``."""
        seconds = time.perf_counter() - self.start
        print(f"epoch {epoch + 1}/{self.epochs}: {summary(metrics)}, {seconds:.1f} s", flush=True)


class Bar(Reporter):
    """A bar an epoch, on stderr."""

    bar: Any = None

    def begin(self, epoch: int) -> None:
        """Open it."""
        from tqdm import tqdm  # noqa: PLC0415 - every import of graphc would wait for it

        self.bar = tqdm(
            total=self.steps or None, desc=f"epoch {epoch + 1}/{self.epochs}", unit="step", file=sys.stderr, leave=True
        )

    def progress(self, done: int, losses: Sequence[float] | Loss) -> None:
        """Move it."""
        if self.bar is not None:
            self.bar.update(done - self.bar.n)
            if len(losses):
                self.bar.set_postfix_str(f"loss {float(losses[-1]):.4g}", refresh=False)

    def end(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Leave the epoch's metrics beside it."""
        if self.bar is not None:
            self.bar.set_postfix_str(summary(metrics))
        self.close()

    def close(self) -> None:
        """Close it."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None


class Quickstart(Reporter):
    """The lines of PyTorch's quickstart tutorial."""

    shown = 0

    def begin(self, epoch: int) -> None:
        """``Epoch 1`` and a rule."""
        self.shown = 0
        print(f"Epoch {epoch + 1}\n-------------------------------", flush=True)

    def progress(self, done: int, losses: Sequence[float] | Loss) -> None:
        """A line for every hundredth batch."""
        while self.shown < min(done, len(losses)):
            loss = float(losses[self.shown])
            rows = self.batch if not self.rows else min(self.batch, self.rows - self.shown * self.batch)
            current = (self.shown + 1) * rows
            print(f"loss: {loss:>7f}  [{current:>5d}/{self.rows:>5d}]", flush=True)
            self.shown += QUICKSTART_EVERY

    def end(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Accuracy and average loss of the test set, when it was looked at."""
        if "val_loss" in metrics:
            correct = metrics.get("val_accuracy", float("nan"))
            print(
                f"Test Error: \n Accuracy: {100 * correct:>0.1f}%, Avg loss: {metrics['val_loss']:>8f} \n", flush=True
            )

    def finish(self) -> None:
        """``Done!``."""
        print("Done!", flush=True)


def choose(progress: bool | str | None) -> Callable[[int, int, int, int], Reporter]:
    """The reporter for ``fit(progress=...)``."""
    if progress is False:
        return Reporter
    if progress == "quickstart":
        return Quickstart
    if progress is True or progress is None:
        return Bar if progress or sys.stderr.isatty() else Lines
    raise DeclarationError(f"fit: expected progress None, True, False or 'quickstart', got {progress!r}")
