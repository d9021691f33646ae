"""Schedules of learning rates, with torch.optim.lr_scheduler's names, arguments and numbers."""

from .closed_form import ConstantLR as ConstantLR
from .closed_form import CosineAnnealingLR as CosineAnnealingLR
from .closed_form import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from .closed_form import ExponentialLR as ExponentialLR
from .closed_form import LambdaLR as LambdaLR
from .closed_form import LinearLR as LinearLR
from .closed_form import LRScheduler as LRScheduler
from .closed_form import MultiStepLR as MultiStepLR
from .closed_form import PolynomialLR as PolynomialLR
from .closed_form import StepLR as StepLR
from .cycle_and_plateau import OneCycleLR as OneCycleLR
from .cycle_and_plateau import ReduceLROnPlateau as ReduceLROnPlateau

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "StepLR",
]
