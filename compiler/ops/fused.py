"""Operators that only the fuse pass makes: one node that runs one kernel, and what it recognises before that."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.compiler.ir import Array, NotDifferentiable, NotLowered, Op, Reduction, Routine
from graphc.compiler.kernel import Kernel
from graphc.runtime.types import TensorType

from .base import Axes, kept_axes, preserving


def _fused_type(*types: TensorType, kernel: Kernel) -> tuple[TensorType, ...]:
    return tuple(b.type for b in kernel.written)


def _fused_reference(*arrays: Array, kernel: Kernel) -> Any:
    raise NotImplementedError("a fused node is run by its kernel; evaluate the graph before the fuse pass instead")


FUSED = Op(
    name="fused",
    type_rule=_fused_type,
    grad_rule=NotDifferentiable("differentiation comes before fusion", blocks=True),
    reference=_fused_reference,
    lower_cpu=Routine("fused"),
    lower_cuda=NotLowered("the CUDA target is not written yet"),
    foldable=False,
)
"""``%a, %b = fused @kernel(%operands)``: results are the kernel's "out" and "inout" buffers, in order."""


def _second_moment_type(x: TensorType, *, axes: Axes) -> TensorType:
    return x.with_shape(x.shape[axis] for axis in kept_axes(x.rank, axes))


def _second_moment_reference(x: Array, *, axes: Axes) -> Any:
    return np.sum(np.square(x - np.mean(x, axis=axes, keepdims=True)), axis=axes)


SECOND_MOMENT = Op(
    name="second_moment",
    type_rule=_second_moment_type,
    grad_rule=NotDifferentiable("differentiation comes before fusion", blocks=True),
    reference=preserving(_second_moment_reference),
    lower_cpu=Reduction("moments", lambda dtype: 0.0),
    lower_cuda=NotLowered("the CUDA target is not written yet"),
    foldable=False,
)
"""The sum of squared differences from the mean; only kernels that combine what a product has made of it compute it."""
