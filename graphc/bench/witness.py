"""The right results in float64 by plain NumPy, written without any of the systems: what all are compared with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .workloads import Arrays, Workload

F64 = npt.NDArray[np.float64]


def digest(result: npt.NDArray[Any]) -> list[float]:
    """A large matrix (or vector, as rows of 4096) in a few numbers that any wrong element changes.

    It is ``u @ result`` with ``u[i] = cos(i)``: of a product ``A @ B`` it is ``(u @ A) @ B``, far
    cheaper than the product.
    """
    rows = result.reshape(-1, 4096) if result.ndim == 1 else result
    numbers: list[float] = (np.cos(np.arange(len(rows))) @ rows.astype(np.float64)).tolist()
    return numbers


def outcomes(workload: Workload, arrays: Arrays, count: int) -> list[list[float]]:
    """What :meth:`graphc.bench.protocol.Stepper.outcome` gives in each of the first ``count`` calls.

    The workload has no dropout.
    """
    if workload.kind == "product":
        left, right = (a.astype(np.float64) for a in arrays.weights)
        return [(np.cos(np.arange(len(left))) @ left @ right).tolist()] * count
    if workload.kind == "blend":
        state, found = arrays.weights[0].astype(np.float64), []
        for _ in range(count):
            state = 0.75 * state + 0.25 * arrays.x
            found.append(digest(state))
        return found
    network = _Network(workload, arrays)
    if workload.kind == "predict":
        return [network.forward(arrays.x.astype(np.float64))[0].reshape(-1).tolist()] * count
    batches = [slice(i * workload.batch, (i + 1) * workload.batch) for i in range(workload.epoch_steps)]
    return [[network.train(arrays.x[b].astype(np.float64), arrays.y[b]) for b in batches] for _ in range(count)]


class _Network:
    """A multi-layer perceptron with its optimiser, as the lecture writes them."""

    def __init__(self, workload: Workload, arrays: Arrays) -> None:
        self.workload = workload
        self.parameters: dict[str, F64] = {}
        self.moments: dict[str, tuple[F64, F64]] = {}
        self.step = 0
        self.depth = len(arrays.weights)
        for i, (weight, bias) in enumerate(zip(arrays.weights, arrays.biases, strict=True)):
            self.parameters |= {f"w{i}": weight.astype(np.float64), f"b{i}": bias.astype(np.float64)}
            if workload.norm and i < self.depth - 1:
                self.parameters |= {f"gamma{i}": np.ones(len(bias)), f"beta{i}": np.zeros(len(bias))}

    def forward(self, h: F64) -> tuple[F64, list[dict[str, Any]]]:
        """Logits, and of each layer what its gradient needs."""
        p, kept = self.parameters, []
        for i in range(self.depth):
            saved: dict[str, Any] = {"input": h}
            h = h @ p[f"w{i}"].T + p[f"b{i}"]
            if i < self.depth - 1:
                if self.workload.norm:
                    saved["deviation"] = np.sqrt(h.var(axis=0) + 1e-5)
                    saved["normal"] = (h - h.mean(axis=0)) / saved["deviation"]
                    h = saved["normal"] * p[f"gamma{i}"] + p[f"beta{i}"]
                h, saved["slope"] = _activation(self.workload.activation, h)
            kept.append(saved)
        return h, kept

    def train(self, x: F64, y: npt.NDArray[np.int64]) -> float:
        """One step; the loss before it."""
        logits, kept = self.forward(x)
        rows = np.arange(len(y))
        logarithms = logits - logits.max(axis=1, keepdims=True)
        logarithms -= np.log(np.exp(logarithms).sum(axis=1, keepdims=True))
        d = np.exp(logarithms)
        d[rows, y] -= 1
        d /= len(y)
        gradients: dict[str, F64] = {}
        for i in reversed(range(self.depth)):
            saved = kept[i]
            if i < self.depth - 1:
                d = d * saved["slope"]
                if self.workload.norm:
                    normal = saved["normal"]
                    gradients |= {f"gamma{i}": (d * normal).sum(axis=0), f"beta{i}": d.sum(axis=0)}
                    d = d * self.parameters[f"gamma{i}"]
                    d = (d - d.mean(axis=0) - normal * (d * normal).mean(axis=0)) / saved["deviation"]
            gradients |= {f"w{i}": d.T @ saved["input"], f"b{i}": d.sum(axis=0)}
            d = d @ self.parameters[f"w{i}"]
        self._update(gradients)
        return float(-logarithms[rows, y].mean())

    def _update(self, gradients: dict[str, F64]) -> None:
        self.step += 1
        lr = self.workload.lr
        for name, gradient in gradients.items():
            if self.workload.optimizer == "sgd":
                self.parameters[name] -= lr * gradient
                continue
            m, v = self.moments.get(name, (np.zeros_like(gradient), np.zeros_like(gradient)))
            m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
            self.moments[name] = m, v
            scale = np.sqrt(v / (1 - 0.999**self.step)) + 1e-8
            self.parameters[name] -= lr * m / (1 - 0.9**self.step) / scale


_erf = np.vectorize(math.erf, otypes=[np.float64])


def _activation(name: str, z: F64) -> tuple[F64, F64]:
    """The value and its derivative."""
    if name == "relu":
        return np.maximum(z, 0), (z > 0).astype(np.float64)
    phi = 0.5 * (1 + _erf(z / math.sqrt(2)))
    return z * phi, phi + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def difference(found: list[list[float]], right: list[list[float]]) -> float:
    """Largest difference, relative to the largest right number of its call; infinite for NaN and other counts."""
    worst = 0.0
    for some, true in zip(found, right, strict=True):
        if len(some) != len(true) or not np.isfinite(some).all():
            return math.inf
        scale = max(float(np.abs(true).max()), 1e-30)
        worst = max(worst, float(np.abs(np.subtract(some, true)).max()) / scale)
    return worst
