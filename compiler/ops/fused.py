"""The fused operator: one node of a fused graph that runs one kernel."""

from __future__ import annotations

from typing import Any

from graphc.compiler.ir import Array, NotDifferentiable, NotLowered, Op, Routine
from graphc.compiler.kernel import Kernel
from graphc.runtime.types import TensorType


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
