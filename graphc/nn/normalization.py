"""Layers that normalise activations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphc.runtime.types import DType, TensorType

from ..broadcasting import fail_shape
from ..tensor import Tensor
from ..variables import Parameter, State
from . import functional as F
from . import init
from .linear import check_size
from .module import Module


class _BatchNorm(Module):
    ranks: tuple[int, ...] = ()
    shapes = ""
    weight: Parameter | None
    bias: Parameter | None
    running_mean: State | None
    running_var: State | None
    num_batches_tracked: State | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DType | str = DType.f32,
    ) -> None:
        super().__init__()
        check_size(type(self).__name__, num_features=num_features)
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        type_ = TensorType(DType.of(dtype), (num_features,))
        self.register_parameter("weight", init.ones_(Parameter(type_)) if affine else None)
        self.register_parameter("bias", Parameter(type_) if affine and bias else None)
        self.register_buffer("running_mean", State(type_) if track_running_stats else None)
        self.register_buffer("running_var", init.ones_(State(type_)) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", State(np.int64(0)) if track_running_stats else None)

    def reset_running_stats(self) -> None:
        """Forget what was seen."""
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean.assign(0)
            self.running_var.assign(1)
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.assign(0)

    def forward(self, input: Tensor) -> Tensor:
        """The same shape; axis 1 holds the features."""
        if input.ndim not in self.ranks or input.shape[1] != self.num_features:
            raise fail_shape(
                type(self).__name__,
                f"expected {self.shapes} with {self.num_features} features (axis 1), got {input.type} (%{input.name})",
                input.value,
            )
        return F.batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            momentum=self.momentum,
            eps=self.eps,
            num_batches_tracked=self.num_batches_tracked,
        )

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Normalisation of each feature over the batch (Ioffe and Szegedy 2015).

    A training program uses the batch's mean and (biased) variance and updates the running statistics with the
    unbiased one; any other program uses the running statistics.

    Args:
        num_features: size of axis 1.
        eps: added to the variance.
        momentum: share of the new statistics in the running ones; None makes them the mean of all batches.
        affine: whether to learn a scale (and a shift).
        track_running_stats: False uses the batch's statistics always.
        bias: whether to learn a shift.
        dtype: element type.
    """

    ranks = (2, 3)
    shapes = "[batch, features] or [batch, features, length]"


class BatchNorm2d(_BatchNorm):
    """Normalisation of each channel over batch, height and width; see :class:`BatchNorm1d`."""

    ranks = (4,)
    shapes = "[batch, features, height, width]"


class LayerNorm(Module):
    """Normalisation over the last axes (Ba et al. 2016).

    Args:
        normalized_shape: their sizes.
        eps: added to the variance.
        elementwise_affine: whether to learn a scale (and a shift).
        bias: whether to learn a shift.
        dtype: element type.
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DType | str = DType.f32,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        type_ = TensorType(DType.of(dtype), self.normalized_shape)
        self.register_parameter("weight", init.ones_(Parameter(type_)) if elementwise_affine else None)
        self.register_parameter("bias", Parameter(type_) if elementwise_affine and bias else None)

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        affine = f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        return f"{self.normalized_shape}, eps={self.eps}, {affine}"


class RMSNorm(Module):
    """Division by the root of the mean square over the last axes (Zhang and Sennrich 2019).

    Args:
        normalized_shape: their sizes.
        eps: added to the mean square; None takes the smallest step of the element type.
        elementwise_affine: whether to learn a scale.
        dtype: element type.
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DType | str = DType.f32,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        type_ = TensorType(DType.of(dtype), self.normalized_shape)
        self.register_parameter("weight", init.ones_(Parameter(type_)) if elementwise_affine else None)

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
