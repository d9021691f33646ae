"""PyTorch with ``torch.compile``: forward and backward compiled, the optimiser fused."""

from __future__ import annotations

import torch

from ..protocol import Setting, Stepper
from ..workloads import Arrays, Workload
from .torch_eager import build


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Build the network; the first step compiles it."""
    return build(workload, arrays, setting, torch.compile)
