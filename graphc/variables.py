"""Tensors with memory of their own: parameters and states."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from graphc.compiler.ir import Leaf
from graphc.runtime.errors import DeclarationError
from graphc.runtime.storage import Storage
from graphc.runtime.types import DType, TensorType

from .tensor import Array, Tensor


class Variable(Tensor):
    """A tensor with memory of its own, which programs may update: what parameters and states have in common."""

    __slots__ = ("named_by_user",)
    kind = "state"

    def __init__(self, value: npt.ArrayLike | str | TensorType, name: str | None = None) -> None:
        if isinstance(value, str | TensorType):
            type = TensorType.parse(value) if isinstance(value, str) else value
            storage = Storage(type)
        else:
            array = initial_array(value)
            type = TensorType(DType.of(array.dtype), array.shape)
            storage = Storage(type, array)
        self.named_by_user = name is not None
        super().__init__(Leaf("param" if self.kind == "param" else "state", type, name or self.kind, storage))

    @property
    def storage(self) -> Storage:
        """The memory, shared by every program that uses it."""
        storage = self.value.storage if isinstance(self.value, Leaf) else None
        assert storage is not None
        return storage

    def numpy(self) -> Array:
        """A copy of what it holds now."""
        return self.storage.array.copy()

    def assign(self, value: npt.ArrayLike) -> None:
        """Overwrite what it holds; a scalar fills. On ShapeError or DTypeError nothing is changed."""
        try:
            self.storage.assign(np.asarray(value))
        except DeclarationError as error:
            raise type(error)(f"%{self.name}: {error}") from None

    def named(self, name: str) -> Self:
        """The same tensor, called ``name`` in IR text."""
        self.named_by_user = True
        return super().named(name)

    def __repr__(self) -> str:
        origin = f" ({self.value.loc})" if self.value.loc else ""
        return f"{type(self).__name__} %{self.value.hint}: {self.type}{origin}"


def initial_array(value: npt.ArrayLike) -> Array:
    """An array of a supported element type; plain Python floats become f32."""
    array = np.asarray(value)
    if not isinstance(value, np.ndarray | np.generic) and not hasattr(value, "__array__") and array.dtype == np.float64:
        array = array.astype(np.float32)
    return array


class Parameter(Variable):
    """A trainable tensor.

    Args:
        value: initial array (kept in its element type; Python floats become f32), or a type such as ``"f32[3, 4]"``
            for zeros.
        name: name in IR text; a module gives its own path when it is applied.
    """

    __slots__ = ()
    kind = "param"


class State(Variable):
    """A tensor that programs update and that is not trained: a statistic, a moment, a counter."""

    __slots__ = ()
    kind = "state"
