"""How generated matrix products are divided into blocks, and where blocks of their factors begin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from graphc.compiler.kernel import Contract, Index, Prologue, Store, Turn
from graphc.runtime.binding import SMALL_LAUNCH
from graphc.runtime.types import USUAL_EXTENT, DType, Shape, Shapelike

from . import expressions as e
from .blocks import Blocks, choose_blocks, computed_blocks
from .machine import SPARE, host, requested_cpu
from .nests import dense_strides
from .panels import last_axis, panel_depth
from .plan import work_of

Start: TypeAlias = tuple[str, str | None]  # an axis, and the variable of where a block begins along it
SmallForm: TypeAlias = Literal["rows", "strips", "dots", "outer", "outer_turned"]

_STRIP_ROOM = 24 * 1024  # bytes of a block of a result: it is read again, from the first-level cache
_WIDE = 256  # most columns of such a block
_FEW = 4  # most columns of dot products: more make more horizontal sums than products
_UNROLLED = 32  # loops this short are unrolled before LLVM looks for vectors, and then it finds none


def blocks_for(product: Contract) -> Blocks:
    """Rows and columns of the result that one task computes, for this machine and the product's shape and strides."""
    m, n, k = _extents(product)
    if m is not None and n is not None and (small_form(product, Blocks(m, n)) or "").startswith("outer"):
        return Blocks(m, n)  # all of it stays in registers
    work = work_of([product])
    alone = isinstance(work, int) and work < SMALL_LAUNCH
    if product.prologues:
        return computed_blocks(m, n, isinstance(product.a, Prologue), isinstance(product.b, Prologue), alone)
    strips = _strips(product)
    if strips is not None:
        return strips
    return choose_blocks(
        m,
        n,
        k,
        str(product.dtype),
        host(requested_cpu()),
        a_contiguous_k=last_axis(product, product.a) == product.depth[0],
        b_contiguous_n=last_axis(product, product.b) == product.cols[0],
        alone=alone,
        in_place=in_place(product, Blocks(m or USUAL_EXTENT, n or USUAL_EXTENT)) is not None,
    )


def _extents(product: Contract) -> tuple[int | None, int | None, int | None]:
    """Sizes of rows, columns and depth; None where only known at run time."""
    m, n, k = (x if isinstance(x, int) else None for x in (product.rows[1], product.cols[1], product.depth[1]))
    return m, n, k


def _strips(product: Contract) -> Blocks | None:
    """Blocks of a product of so few terms that some vectors of columns of B stay in registers; None for any other."""
    m, n, k = _extents(product)
    machine, dtype = host(requested_cpu()), str(product.dtype)
    strip = machine.strip(k) * machine.lanes(dtype) if k is not None else 0
    if n is None or not 0 < strip < n or last_axis(product, product.b) != product.cols[0]:
        return None
    cols = math.ceil(n / math.ceil(n / _WIDE) / strip) * strip
    rows = max(1, _STRIP_ROOM // (cols * (8 if product.dtype is DType.f64 else 4)))
    return Blocks(rows if m is None else math.ceil(m / math.ceil(m / rows)), cols)


def small_form(product: Contract, tile: Blocks) -> SmallForm | None:
    """The form of ``small_product`` that suits a product whose whole B, or whole C, fits in registers; else None."""
    m, n, k = _extents(product)
    if product.prologues and panel_depth(product, tile) != k:
        return None  # sums take more than one panel
    if _strips(product) == tile:
        return "strips"
    machine = host(requested_cpu())
    lanes, room = machine.lanes(str(product.dtype)), machine.registers - SPARE
    if n is None or n != tile.cols:
        return None
    along_a, along_b = last_axis(product, product.a), last_axis(product, product.b)
    if k is not None:
        both_along_k = along_a == along_b == product.depth[0]
        if both_along_k and n <= _FEW and lanes <= k and n * math.ceil(k / lanes) <= room:
            return "dots"
        if k * math.ceil(n / lanes) <= room:
            return "rows"
    if m == tile.rows and along_a == product.rows[0] and along_b == product.cols[0] and not product.prologues:
        straight, turned = m * math.ceil(n / lanes), n * math.ceil(m / lanes)
        if min(straight, turned) <= room:
            return "outer_turned" if turned < straight else "outer"
    return None


def hides_width(product: Contract, tile: Blocks) -> bool:
    """Whether the loop over a block's columns must not show its length, lest LLVM unroll it and find no vectors."""
    _, n, _ = _extents(product)
    lanes = host(requested_cpu()).lanes(str(product.dtype))
    return n is not None and n % tile.cols == 0 and lanes <= tile.cols <= _UNROLLED


def in_place(product: Contract, tile: Blocks) -> Store | None:
    """What is done with the result, where that is to store it and no more: blocks are then made where they belong."""
    rest = [s for s in product.epilogue if not isinstance(s, Turn)]
    store = rest[0] if len(rest) == 1 else None
    if not isinstance(store, Store) or store.value != product.result:
        return None
    axes = [axis for axis, _ in (*product.batch, product.rows, product.cols)]
    if list(store.indices) != [Index.axis(axis) for axis in axes]:
        return None
    # One column is made as a row, and has to lie like one.
    return None if tile.cols == 1 and product.cols[1] != 1 else store


def factor(shape: Shape, indices: Sequence[Index], axes: Mapping[str, str], down: Start, across: Start) -> str:
    """``start, stride of the first axis, stride of the second`` of a matrix of a product, in elements."""
    by_axis: dict[str, Shapelike] = {}
    start: list[str] = []
    for index, stride in zip(indices, dense_strides(shape), strict=True):
        for axis, times in index.terms:
            by_axis[axis] = by_axis.get(axis, 0) + times * stride
        if index.constant != 0:
            start.append(e.dim(index.constant * stride))
    for axis, stride in by_axis.items():
        if axis not in (down[0], across[0]):
            start.append(f"{axes[axis]} * {e.factor(stride)}")
    for axis, first in (down, across):
        if first is not None:
            start.append(first if by_axis[axis] == 1 else f"{first} * {e.factor(by_axis[axis])}")
    return f"{' + '.join(start) or '0'}, {e.dim(by_axis[down[0]])}, {e.dim(by_axis[across[0]])}"
