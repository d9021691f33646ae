"""Linear layers and layers that only change shapes."""

from __future__ import annotations

import math
from typing import Any

from graphc.runtime.errors import DeclarationError
from graphc.runtime.types import DType, TensorType

from .. import shaping
from ..tensor import Tensor
from ..variables import Parameter
from . import functional as F
from . import init
from .module import Module


def check_size(layer: str, **sizes: int) -> None:
    """DeclarationError unless every size is a positive whole number."""
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise DeclarationError(f"{layer}: expected {name} >= 1, got {size!r}")


class Linear(Module):
    """``x @ weight.T + bias``: a layer of neurons ``z_j = sum_i w_ji x_i + b_j``.

    Args:
        in_features: size of the last axis of the input.
        out_features: size of the last axis of the result.
        bias: whether to add a bias.
        dtype: element type of the parameters.

    Attributes:
        weight: ``[out_features, in_features]``, uniform in ``+-1/sqrt(in_features)``.
        bias: ``[out_features]``, uniform in the same bounds, or None.
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, dtype: DType | str = DType.f32
    ) -> None:
        super().__init__()
        check_size("Linear", in_features=in_features, out_features=out_features)
        self.in_features = in_features
        self.out_features = out_features
        dtype = DType.of(dtype)
        self.weight = Parameter(TensorType(dtype, (out_features, in_features)))
        self.register_parameter("bias", Parameter(TensorType(dtype, (out_features,))) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """``[..., in_features]`` to ``[..., out_features]``."""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """``y_k = x1 @ A_k @ x2 + b_k``.

    Args:
        in1_features: size of the last axis of the first input.
        in2_features: size of the last axis of the second input.
        out_features: size of the last axis of the result.
        bias: whether to add a bias.
        dtype: element type of the parameters.
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DType | str = DType.f32,
    ) -> None:
        super().__init__()
        check_size("Bilinear", in1_features=in1_features, in2_features=in2_features, out_features=out_features)
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        dtype = DType.of(dtype)
        bound = 1 / math.sqrt(in1_features)
        self.weight = init.uniform_(
            Parameter(TensorType(dtype, (out_features, in1_features, in2_features))), -bound, bound
        )
        self.register_parameter(
            "bias", init.uniform_(Parameter(TensorType(dtype, (out_features,))), -bound, bound) if bias else None
        )

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """``[..., in1]`` and ``[..., in2]`` to ``[..., out]``."""
        pairs = (input1.unsqueeze(-1) * input2.unsqueeze(-2)).flatten(-2)
        return F.linear(pairs, self.weight.reshape(self.out_features, -1), self.bias)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


class Identity(Module):
    """Its input; any constructor arguments are ignored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """The input."""
        return input


class Flatten(Module):
    """Axes ``start_dim`` to ``end_dim`` (inclusive) as one; by default all but the batch."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """``[batch, a, b]`` to ``[batch, a*b]``."""
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One axis as several."""

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        """``[batch, a*b]`` to ``[batch, a, b]``."""
        axis = shaping.normal_axis("unflatten", self.dim, input.value)
        return input.reshape((*input.shape[:axis], *self.unflattened_size, *input.shape[axis + 1 :]))

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
