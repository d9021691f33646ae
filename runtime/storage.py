"""Storage: the array behind a parameter or a piece of state, shared by every program that uses it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .errors import DTypeError, ShapeError
from .types import TensorType

ALIGNMENT = 64  # bytes: one cache line, one AVX-512 register


def aligned_empty(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
    """An uninitialised C-ordered array whose first byte lies on a 64-byte boundary."""
    count = math.prod(shape)
    raw = np.empty(count * dtype.itemsize + ALIGNMENT, dtype=np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + count * dtype.itemsize].view(dtype).reshape(shape)


class Storage:
    """A fixed place in memory for one tensor of a fully known type.

    Its address never changes, so compiled programs may keep it.

    Attributes:
        type: element type and shape, all dimensions ``int``.
        array: the live NumPy array, C-ordered, 64-byte aligned; programs write to it.
    """

    __slots__ = ("array", "type")

    def __init__(self, type: TensorType, value: npt.ArrayLike = 0) -> None:
        if type.names:
            raise ShapeError(f"storage: expected known dimensions, got {type}")
        self.type = type
        self.array = aligned_empty(type.concrete({}), type.dtype.numpy)
        self.array[...] = 0
        self.assign(value)

    @property
    def address(self) -> int:
        """Address of the first byte."""
        return int(self.array.ctypes.data)

    def assign(self, value: npt.ArrayLike) -> None:
        """Overwrite with ``value``; a scalar fills. ShapeError or DTypeError leave it unchanged."""
        source = np.asarray(value)
        if source.ndim and source.shape != self.array.shape:
            raise ShapeError(f"assign: expected {self.type}, got shape {list(source.shape)}")
        if not np.can_cast(source.dtype, self.array.dtype, "same_kind") and source.ndim:
            raise DTypeError(f"assign: expected {self.type}, got dtype {source.dtype}")
        self.array[...] = source

    def __repr__(self) -> str:
        return f"Storage({self.type})"
