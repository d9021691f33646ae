"""How generated matrix products are divided into blocks."""

from __future__ import annotations

from graphc.compiler.kernel import Contract

from .blocks import Blocks, choose_blocks
from .machine import host, requested_cpu


def blocks_for(product: Contract) -> Blocks:
    """Rows and columns of the result that one task computes, for this machine and the product's shape and strides."""
    m, n, k = (e if isinstance(e, int) else None for e in (product.rows[1], product.cols[1], product.depth[1]))
    a_last, b_last = product.a[1][-1], product.b[1][-1]
    return choose_blocks(
        m,
        n,
        k,
        str(product.dtype),
        host(requested_cpu()),
        a_contiguous_k=a_last.terms == ((product.depth[0], 1),),
        b_contiguous_n=b_last.terms == ((product.cols[0], 1),),
    )
