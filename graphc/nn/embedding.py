"""A table of vectors read by whole numbers."""

from __future__ import annotations

from graphc.runtime.errors import DeclarationError
from graphc.runtime.types import DType, TensorType

from ..tensor import Tensor
from ..variables import Parameter
from . import functional as F
from . import init
from .linear import check_size
from .module import Module


class Embedding(Module):
    """Rows of a learned table.

    Args:
        num_embeddings: rows of the table.
        embedding_dim: size of a row.
        padding_idx: a row that starts as zeros and is not trained, or None.
        dtype: element type.

    Attributes:
        weight: ``[num_embeddings, embedding_dim]``, standard normal.
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: DType | str = DType.f32,
    ) -> None:
        super().__init__()
        check_size("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise DeclarationError(f"Embedding: padding_idx {padding_idx} is outside the {num_embeddings} rows")
            padding_idx %= num_embeddings
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.weight = init.normal_(Parameter(TensorType(DType.of(dtype), (num_embeddings, embedding_dim))))
        if padding_idx is not None:
            self.weight.storage.array[padding_idx] = 0

    def forward(self, input: Tensor) -> Tensor:
        """``i64[...]`` to ``[..., embedding_dim]``; IndexRangeError at run time for a number outside the table."""
        return F.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """Arguments of the constructor."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
