"""NumPy with its BLAS, into memory that is there."""

from __future__ import annotations

import itertools

import numpy as np

from ..protocol import Setting, Stepper
from ..witness import digest
from ..workloads import Arrays, Workload


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Make room for the result."""
    if workload.kind == "product":
        return _Product(arrays)
    return _Blend(arrays)


class _Product:
    def __init__(self, arrays: Arrays) -> None:
        self.left, self.right = arrays.weights
        self.result = np.zeros((len(self.left), self.right.shape[1]), np.float32)

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        self.steps(1)
        return digest(self.result)

    def steps(self, count: int) -> None:
        """Some steps."""
        for _ in itertools.repeat(None, count):
            np.matmul(self.left, self.right, out=self.result)


class _Blend:
    def __init__(self, arrays: Arrays) -> None:
        self.state, self.x = arrays.weights[0].copy(), arrays.x
        self.part = np.empty_like(self.x)

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        self.steps(1)
        return digest(self.state)

    def steps(self, count: int) -> None:
        """Some steps."""
        for _ in itertools.repeat(None, count):
            np.multiply(self.state, np.float32(0.75), out=self.state)
            np.multiply(self.x, np.float32(0.25), out=self.part)
            np.add(self.state, self.part, out=self.state)
