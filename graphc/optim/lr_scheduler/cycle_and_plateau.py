"""Schedules that steer more than the learning rate, or look at a metric."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from graphc.runtime.errors import DeclarationError

from ..optimizer import Optimizer
from .closed_form import LRScheduler


class OneCycleLR(LRScheduler):
    """One rise and fall of the learning rate, momentum against it (Smith and Topin 2017). Step it after every batch.

    Args:
        optimizer: whose groups it steers.
        max_lr: the peak; one, or one for each group.
        total_steps: length of the cycle; or give ``epochs`` and ``steps_per_epoch``.
        epochs: see ``total_steps``.
        steps_per_epoch: see ``total_steps``.
        pct_start: share of the cycle that rises.
        anneal_strategy: ``"cos"`` or ``"linear"``.
        cycle_momentum: fall and rise of momentum (or of the first beta).
        base_momentum: its lowest value.
        max_momentum: its highest value.
        div_factor: the cycle starts at ``max_lr / div_factor``.
        final_div_factor: and ends at ``max_lr / div_factor / final_div_factor``.
        three_phase: fall back to the start first, then to the end.
        last_epoch: where to start.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise DeclarationError("OneCycleLR: expected total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if total_steps < 1:
            raise DeclarationError(f"OneCycleLR: expected total_steps >= 1, got {total_steps!r}")
        if not 0 <= pct_start <= 1:
            raise DeclarationError(f"OneCycleLR: expected pct_start between 0 and 1, got {pct_start!r}")
        if anneal_strategy not in ("cos", "linear"):
            raise DeclarationError(f"OneCycleLR: expected anneal_strategy 'cos' or 'linear', got {anneal_strategy!r}")
        self.total_steps = total_steps
        self.anneal_strategy = anneal_strategy
        groups = optimizer.param_groups
        peaks = [float(max_lr)] * len(groups) if isinstance(max_lr, int | float) else [float(m) for m in max_lr]
        if len(peaks) != len(groups):
            raise DeclarationError(f"OneCycleLR: expected {len(groups)} peaks, one for each group, got {len(peaks)}")
        self._momentum = "momentum" if "momentum" in groups[0] else "betas" if "betas" in groups[0] else None
        if cycle_momentum and (self._momentum is None or not all(g.has(self._momentum) for g in groups)):
            raise DeclarationError("OneCycleLR: the optimiser has no momentum; give cycle_momentum=False")
        self.cycle_momentum = cycle_momentum
        self.phases = _phases(total_steps, pct_start, three_phase)
        starts = [peak / div_factor for peak in peaks]
        ends = [start / final_div_factor for start in starts]
        self._rates = [
            (start, peak, start, end) if three_phase else (start, peak, end)
            for start, peak, end in zip(starts, peaks, ends, strict=True)
        ]
        low, high = base_momentum, max_momentum
        self._momenta = (high, low, high, high) if three_phase else (high, low, high)
        super().__init__(optimizer, last_epoch)

    def _at(self, points: Sequence[float], step: int) -> float:
        if step > self.total_steps:
            raise DeclarationError(f"OneCycleLR: step {step} is past the {self.total_steps} steps of the cycle")
        begin = 0.0
        for i, end in enumerate(self.phases):
            if step <= end or i == len(self.phases) - 1:
                share = (step - begin) / (end - begin)
                start, stop = points[i], points[i + 1]
                if self.anneal_strategy == "linear":
                    return (stop - start) * share + start
                return stop + (start - stop) / 2.0 * (math.cos(math.pi * share) + 1)
            begin = end
        raise AssertionError("a cycle has a last phase")

    def rate(self, base: float, step: int, group: int) -> float:
        """A point of the cycle."""
        return self._at(self._rates[group], step)

    def _write(self) -> None:
        super()._write()
        if self.cycle_momentum:
            momentum = self._at(self._momenta, self.last_epoch)
            for group in self.optimizer.param_groups:
                if self._momentum == "betas":
                    group["betas"] = (momentum, group["betas"][1])
                else:
                    group["momentum"] = momentum


def _phases(total: int, share: float, three: bool) -> list[float]:
    if three:
        return [float(share * total) - 1, float(2 * share * total) - 2, total - 1]
    return [float(share * total) - 1, total - 1]


class ReduceLROnPlateau:
    """Times ``factor`` when a metric has not become better for ``patience`` steps.

    Args:
        optimizer: whose groups it steers.
        mode: ``"min"`` when smaller is better, else ``"max"``.
        factor: below 1.
        patience: steps to wait.
        threshold: how much better counts.
        threshold_mode: ``"rel"`` for a share of the best, ``"abs"`` for a difference.
        cooldown: steps to wait after a change.
        min_lr: the lowest rate.
        eps: smaller changes are left out.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1.0:
            raise DeclarationError(f"ReduceLROnPlateau: expected factor below 1, got {factor!r}")
        if mode not in ("min", "max"):
            raise DeclarationError(f"ReduceLROnPlateau: expected mode 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise DeclarationError(f"ReduceLROnPlateau: expected threshold_mode 'rel' or 'abs', got {threshold_mode!r}")
        self.optimizer = optimizer
        self.mode, self.factor, self.patience = mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.min_lr, self.eps = cooldown, min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0

    def _better(self, metric: float) -> bool:
        sign = 1.0 if self.mode == "min" else -1.0
        if self.threshold_mode == "rel":
            bound = self.best * (1 - sign * self.threshold) if math.isfinite(self.best) else self.best
        else:
            bound = self.best - sign * self.threshold
        return sign * metric < sign * bound

    def step(self, metrics: float) -> None:
        """Look at a new value of the metric."""
        metric = float(metrics)
        self.last_epoch += 1
        if self._better(metric):
            self.best, self.num_bad_epochs = metric, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                rate = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - rate > self.eps:
                    group["lr"] = rate
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def get_last_lr(self) -> list[float]:
        """The rates now, one for each group."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """What is needed to go on."""
        return {
            "best": self.best,
            "num_bad_epochs": self.num_bad_epochs,
            "cooldown_counter": self.cooldown_counter,
            "last_epoch": self.last_epoch,
            "lrs": self.get_last_lr(),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore what :meth:`state_dict` gave."""
        self.best = float(state_dict["best"])
        self.num_bad_epochs = int(state_dict["num_bad_epochs"])
        self.cooldown_counter = int(state_dict["cooldown_counter"])
        self.last_epoch = int(state_dict["last_epoch"])
        for group, rate in zip(self.optimizer.param_groups, state_dict["lrs"], strict=True):
            group["lr"] = float(rate)
