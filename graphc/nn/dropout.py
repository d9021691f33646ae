"""Dropout."""

from __future__ import annotations

from ..tensor import Tensor
from . import functional as F
from .module import Module


class Dropout(Module):
    """Sets elements to zero with probability ``p`` and divides the rest by ``1 - p`` (Srivastava et al. 2014).

    Only training programs do; elsewhere it is the identity. Masks come from the program's counter-based generator,
    see ``gr.compile(seed=...)``.

    Args:
        p: probability of zero, below 1.
        inplace: accepted, means nothing.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        F.check_probability("Dropout", p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return F.dropout(input, self.p)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        return f"p={self.p}, inplace={self.inplace}"
