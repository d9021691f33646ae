"""Error functions as modules, with torch.nn's constructor arguments."""

from __future__ import annotations

import numpy.typing as npt

from ..declare import constant
from ..tensor import Tensor
from . import functional as F
from .functional.losses import check_reduction
from .module import Module


class _Loss(Module):
    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction(type(self).__name__, reduction)
        self.reduction = reduction


def _like(input: Tensor, weight: Tensor | npt.ArrayLike | None, name: str = "class_weight") -> Tensor | None:
    """A weight given as an array takes the element type of the input."""
    return weight if weight is None or isinstance(weight, Tensor) else constant(weight, input.dtype, name)


class L1Loss(_Loss):
    """Absolute error ``|x - y|``."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of one shape."""
        return F.l1_loss(input, target, self.reduction)


class MSELoss(_Loss):
    """Squared error ``(x - y)^2``."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of one shape."""
        return F.mse_loss(input, target, self.reduction)


class SmoothL1Loss(_Loss):
    """Squared near zero, absolute beyond ``beta``."""

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of one shape."""
        return F.smooth_l1_loss(input, target, self.reduction, self.beta)


class HuberLoss(_Loss):
    """Squared near zero, absolute beyond ``delta``."""

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of one shape."""
        return F.huber_loss(input, target, self.reduction, self.delta)


class BCELoss(_Loss):
    """Binary cross-entropy of probabilities; logarithms are not taken below -100."""

    def __init__(self, weight: Tensor | npt.ArrayLike | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = weight

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Probabilities and targets of one shape."""
        return F.binary_cross_entropy(input, target, _like(input, self.weight), self.reduction)


class BCEWithLogitsLoss(_Loss):
    """Binary cross-entropy of logits, exact for any of them.

    Args:
        weight: factor of each element, broadcast.
        reduction: how elements are combined.
        pos_weight: factor of the positive term, broadcast.
    """

    def __init__(
        self,
        weight: Tensor | npt.ArrayLike | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | npt.ArrayLike | None = None,
    ) -> None:
        super().__init__(reduction)
        self.weight = weight
        self.pos_weight = pos_weight

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Logits and targets of one shape."""
        return F.binary_cross_entropy_with_logits(
            input, target, _like(input, self.weight), self.reduction, _like(input, self.pos_weight)
        )


class CrossEntropyLoss(_Loss):
    """Cross-entropy of logits with whole-number labels or class probabilities.

    Args:
        weight: factor of each class.
        ignore_index: label of rows that do not count.
        reduction: how rows are combined.
        label_smoothing: share of the probability spread evenly over all classes.
    """

    def __init__(
        self,
        weight: Tensor | npt.ArrayLike | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.weight = weight
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Logits ``[batch, classes, ...]`` and labels ``[batch, ...]``, or probabilities of the logits' shape."""
        return F.cross_entropy(
            input, target, _like(input, self.weight), self.ignore_index, self.reduction, self.label_smoothing
        )


class NLLLoss(_Loss):
    """``-x[y]`` of log-probabilities x and whole-number labels y.

    Args:
        weight: factor of each class.
        ignore_index: label of rows that do not count.
        reduction: how rows are combined.
    """

    def __init__(
        self,
        weight: Tensor | npt.ArrayLike | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.weight = weight
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Log-probabilities ``[batch, classes, ...]`` and labels ``[batch, ...]``."""
        return F.nll_loss(input, target, _like(input, self.weight), self.ignore_index, self.reduction)


class KLDivLoss(_Loss):
    """Divergence of Kullback and Leibler from log-probabilities x to probabilities y.

    Args:
        reduction: also ``"batchmean"``: the sum divided by the batch.
        log_target: the targets are logarithms.
    """

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__("sum" if reduction == "batchmean" else reduction)
        self.reduction = reduction
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of one shape."""
        return F.kl_div(input, target, self.reduction, self.log_target)
