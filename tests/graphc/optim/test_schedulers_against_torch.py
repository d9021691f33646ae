"""Schedules give torch's rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc as gr
from graphc import optim

torch = pytest.importorskip("torch")

CASES: list[tuple[str, dict[str, Any]]] = [
    ("StepLR", {"step_size": 4, "gamma": 0.3}),
    ("MultiStepLR", {"milestones": [3, 8, 8, 15], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("CosineAnnealingLR", {"T_max": 10, "eta_min": 0.01}),
    ("CosineAnnealingLR", {"T_max": 30}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.02}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 6}),
    ("LinearLR", {"start_factor": 0.25, "end_factor": 0.8, "total_iters": 7}),
    ("PolynomialLR", {"total_iters": 12, "power": 2.0}),
    ("LambdaLR", {"lr_lambda": lambda step: 0.95**step}),
    ("OneCycleLR", {"max_lr": 0.4, "total_steps": 25}),
    ("OneCycleLR", {"max_lr": [0.4, 0.1], "total_steps": 25, "anneal_strategy": "linear", "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 0.4, "epochs": 5, "steps_per_epoch": 5, "three_phase": True}),
]


def optimizers(kind: str = "SGD") -> tuple[Any, Any]:
    options = {"momentum": 0.9} if kind == "SGD" else {}
    ours = [gr.parameter(np.zeros(2)), gr.parameter(np.zeros(2))]
    theirs = [torch.nn.Parameter(torch.zeros(2)), torch.nn.Parameter(torch.zeros(2))]
    return (
        getattr(optim, kind)([{"params": [ours[0]]}, {"params": [ours[1]], "lr": 0.5}], lr=0.2, **options),
        getattr(torch.optim, kind)([{"params": [theirs[0]]}, {"params": [theirs[1]], "lr": 0.5}], lr=0.2, **options),
    )


@pytest.mark.filterwarnings("ignore:Detected call of")  # torch wants optimizer.step() called first
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize(("name", "options"), CASES, ids=lambda p: p if isinstance(p, str) else "-".join(p))
def test_rates(name: str, options: dict[str, Any], kind: str) -> None:
    ours, theirs = optimizers(kind)
    schedule = getattr(optim.lr_scheduler, name)(ours, **options)
    expected = getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    for _ in range(24):
        np.testing.assert_allclose(schedule.get_last_lr(), expected.get_last_lr(), rtol=1e-9, atol=1e-15)
        for a, b in zip(ours.param_groups, theirs.param_groups, strict=True):
            key = "momentum" if kind == "SGD" else "betas"
            np.testing.assert_allclose(a[key], b[key], rtol=1e-12)
        schedule.step()
        expected.step()


@pytest.mark.parametrize("options", [{}, {"mode": "max", "threshold_mode": "abs"}, {"cooldown": 2, "min_lr": 0.03}])
def test_plateau(options: dict[str, Any]) -> None:
    ours, theirs = optimizers()
    schedule = optim.lr_scheduler.ReduceLROnPlateau(ours, patience=2, factor=0.5, **options)
    expected = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, patience=2, factor=0.5, **options)
    for metric in [1.0, 0.9, 0.95, 0.9, 0.91, 0.92, 0.93, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 2.0, 2.1]:
        schedule.step(metric)
        expected.step(metric)
        np.testing.assert_allclose(schedule.get_last_lr(), [g["lr"] for g in theirs.param_groups], rtol=1e-12)


@pytest.mark.parametrize(("name", "options"), CASES, ids=lambda p: p if isinstance(p, str) else "-".join(p))
def test_a_loaded_schedule_goes_on(name: str, options: dict[str, Any]) -> None:
    first, second = optimizers()[0], optimizers()[0]
    schedule = getattr(optim.lr_scheduler, name)(first, **options)
    for _ in range(7):
        schedule.step()
    again = getattr(optim.lr_scheduler, name)(second, **options)
    again.load_state_dict(schedule.state_dict())
    for _ in range(7):
        assert again.get_last_lr() == schedule.get_last_lr()
        assert [g["momentum"] for g in second.param_groups] == [g["momentum"] for g in first.param_groups]
        again.step()
        schedule.step()


def test_past_the_end_of_a_cycle() -> None:
    schedule = optim.lr_scheduler.OneCycleLR(optimizers()[0], max_lr=0.1, total_steps=3)
    schedule.step()
    schedule.step()
    schedule.step()
    with pytest.raises(gr.DeclarationError, match="OneCycleLR: step 4 is past the 3 steps of the cycle"):
        schedule.step()
