"""Initial values of parameters, named as in torch.nn.init. All change their argument in place and return it.

Random numbers come from the generator that ``gr.manual_seed`` seeds; they differ from torch's.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graphc.runtime.errors import ShapeError

from ..random import generator
from ..variables import Variable

V = TypeVar("V", bound=Variable)

_GAINS = {
    "linear": 1.0,
    "identity": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "selu": 0.75,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps the variance of a layer's output: sqrt(2) for ReLU (He et al. 2015)."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"gain: expected one of {', '.join([*_GAINS, 'leaky_relu'])}, got {nonlinearity!r}")
    return _GAINS[nonlinearity]


def _fans(variable: Variable) -> tuple[int, int]:
    shape = variable.storage.array.shape
    if len(shape) < 2:
        raise ShapeError(f"init: expected at least two axes to count connections, got {variable.type}")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _fan(variable: Variable, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"init: expected mode 'fan_in' or 'fan_out', got {mode!r}")
    return _fans(variable)[mode == "fan_out"]


def _set(variable: V, value: npt.ArrayLike) -> V:
    variable.storage.array[...] = np.asarray(value)
    return variable


def _shape(variable: Variable) -> tuple[int, ...]:
    shape: tuple[int, ...] = variable.storage.array.shape
    return shape


def _matrix(variable: Variable) -> tuple[int, int]:
    shape = _shape(variable)
    if len(shape) != 2:
        raise ShapeError(f"init: expected a matrix, got {variable.type}")
    return shape[0], shape[1]


def uniform_(tensor: V, a: float = 0.0, b: float = 1.0) -> V:
    """Uniform on ``[a, b)``."""
    return _set(tensor, generator().uniform(a, b, _shape(tensor)))


def normal_(tensor: V, mean: float = 0.0, std: float = 1.0) -> V:
    """Normal with a mean and a standard deviation."""
    return _set(tensor, generator().normal(mean, std, _shape(tensor)))


def trunc_normal_(tensor: V, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0) -> V:
    """Normal, drawn again until inside ``[a, b]``."""
    values = generator().normal(mean, std, _shape(tensor))
    outside = (values < a) | (values > b)
    while outside.any():
        values[outside] = generator().normal(mean, std, int(outside.sum()))
        outside = (values < a) | (values > b)
    return _set(tensor, values)


def constant_(tensor: V, val: float) -> V:
    """One value."""
    return _set(tensor, val)


def ones_(tensor: V) -> V:
    """Ones."""
    return _set(tensor, 1.0)


def zeros_(tensor: V) -> V:
    """Zeros."""
    return _set(tensor, 0.0)


def eye_(tensor: V) -> V:
    """The identity matrix."""
    return _set(tensor, np.eye(*_matrix(tensor)))


def xavier_uniform_(tensor: V, gain: float = 1.0) -> V:
    """Uniform with variance ``gain^2 * 2 / (fan_in + fan_out)`` (Glorot and Bengio 2010)."""
    bound = gain * math.sqrt(6.0 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: V, gain: float = 1.0) -> V:
    """Normal with variance ``gain^2 * 2 / (fan_in + fan_out)`` (Glorot and Bengio 2010)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans(tensor))))


def kaiming_uniform_(tensor: V, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> V:
    """Uniform with variance ``gain^2 / fan`` (He et al. 2015); ``a`` is the slope of the leaky ReLU."""
    bound = calculate_gain(nonlinearity, a) * math.sqrt(3.0 / _fan(tensor, mode))
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(tensor: V, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> V:
    """Normal with variance ``gain^2 / fan`` (He et al. 2015)."""
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)))


def orthogonal_(tensor: V, gain: float = 1.0) -> V:
    """Orthonormal rows or columns times ``gain`` (Saxe et al. 2013); axes after the first count as one."""
    shape = _shape(tensor)
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(generator().normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diagonal(r))
    return _set(tensor, gain * (q.T if rows < columns else q).reshape(shape))
