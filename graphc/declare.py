"""What a graph starts from: inputs, parameters, states and constants."""

from __future__ import annotations

import re

import numpy.typing as npt

from graphc.compiler.ir import Leaf
from graphc.runtime.errors import DeclarationError
from graphc.runtime.types import DType, TensorType

from .broadcasting import constant_value
from .tensor import Tensor
from .variables import Parameter, State, initial_array

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def input(name: str, type: str | TensorType) -> Tensor:
    """A tensor that is fed at each call.

    Args:
        name: an identifier; calls may feed it by this name.
        type: such as ``"f32[batch, 784]"``. A whole number is checked, a name stands for any size, the same wherever
            it occurs.

    Raises:
        DeclarationError: the name is no identifier, or the type cannot be read.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise DeclarationError(f"input: expected an identifier as name, got {name!r}")
    if not isinstance(type, str | TensorType):
        raise DeclarationError(f"input: expected a type such as 'f32[batch, 784]' for {name!r}, got {type!r}")
    return Tensor(Leaf("input", TensorType.parse(type) if isinstance(type, str) else type, name))


def parameter(value: npt.ArrayLike | str | TensorType, name: str | None = None) -> Parameter:
    """A trainable tensor with memory of its own.

    Args:
        value: its initial array, or a type such as ``"f32[3, 4]"`` for zeros.
        name: its name in IR text and messages.
    """
    return Parameter(value, name)


def state(value: npt.ArrayLike | str | TensorType, name: str | None = None) -> State:
    """A tensor with memory of its own that ``updates`` may write and that is not trained.

    Args:
        value: its initial array, or a type such as ``"i64[]"`` for zeros.
        name: its name in IR text and messages.
    """
    return State(value, name)


def constant(value: npt.ArrayLike, dtype: DType | str | None = None, name: str = "constant") -> Tensor:
    """A tensor that never changes. Up to 16 elements are written into the IR text, larger arrays are copied.

    Args:
        value: an array, kept in its element type, or Python numbers (fractions become f32, whole numbers i64).
        dtype: another element type.
        name: its name in IR text.
    """
    return Tensor(constant_value(initial_array(value), None if dtype is None else DType.of(dtype), hint=name))


def name(tensor: Tensor, name: str) -> Tensor:
    """The same tensor, called ``name`` in IR text."""
    return tensor.named(name)
