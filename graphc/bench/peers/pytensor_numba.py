"""PyTensor with its Numba mode: parameters in shared variables, data in shared variables of which a step takes rows."""

from __future__ import annotations

import itertools

import numpy as np
import pytensor
import pytensor.tensor as pt

from ..protocol import Setting
from ..workloads import Arrays, Workload


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Build and compile; plain networks with ReLU and SGD only."""
    shared = [pytensor.shared(a.copy()) for pair in zip(arrays.weights, arrays.biases, strict=True) for a in pair]
    xs, ys = pytensor.shared(arrays.x), pytensor.shared(arrays.y)
    row = pt.lscalar("row")
    if workload.kind == "epoch":
        h, y = xs[row : row + workload.batch], ys[row : row + workload.batch]
    else:
        h, y = xs, ys
    for i, (weight, bias) in enumerate(zip(shared[::2], shared[1::2], strict=True)):
        h = pt.dot(h, weight.T) + bias
        h = pt.maximum(h, np.float32(0)) if i < len(arrays.weights) - 1 else h
    losses = pt.logsumexp(h, axis=1) - h[pt.arange(workload.batch), y]
    loss = losses.mean().astype("float32")
    gradients = pytensor.grad(loss, shared)
    updates = [(p, p - np.float32(workload.lr) * g) for p, g in zip(shared, gradients, strict=True)]
    inputs = [row] if workload.kind == "epoch" else []
    function = pytensor.function(inputs, loss, updates=updates, mode="NUMBA", trust_input=True)
    starts = [np.asarray(i * workload.batch) for i in range(workload.epoch_steps)]
    return Stepper(function, starts if workload.kind == "epoch" else None)


class Stepper:
    """A compiled function, and the first rows of an epoch's batches."""

    def __init__(self, function: pytensor.compile.Function, starts: list[np.ndarray] | None) -> None:
        self.function = function
        self.starts = starts

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        if self.starts is None:
            return [float(self.function())]
        return [float(self.function(start)) for start in self.starts]

    def steps(self, count: int) -> None:
        """Some steps."""
        function = self.function
        for _ in itertools.repeat(None, count):
            if self.starts is None:
                function()
            else:
                for start in self.starts:
                    function(start)
