"""Packing of operands: copies panels of B so that micro-kernels read them contiguously.

A panel holds ``depth`` rows of ``width`` numbers. Its memory has room for one square of ``lanes`` x ``lanes`` numbers
more than that, so that transposition may write whole squares.
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core.cgutils import for_range, for_range_slice

from .micro import (
    I32,
    I64,
    Element,
    copy,
    copy_few,
    integer,
    load,
    mask_below,
    masked_load,
    masked_store,
    move,
    prefetch,
    store,
)
from .subroutine import subroutine

_AHEAD = 8  # rows that are asked for before they are read: each may lie on a page of its own


def transposed(builder: Any, e: Element, rows: list[Any]) -> list[Any]:
    """Transposes a square of numbers held in vectors: swaps each bit of the row number with that of the lane."""
    step = 1
    while step < e.lanes:
        lower = [lane if not lane & step else e.lanes + lane - step for lane in range(e.lanes)]
        upper = [lane + step if not lane & step else e.lanes + lane for lane in range(e.lanes)]
        masks = [ir.Constant(ir.VectorType(I32, e.lanes), [I32(p) for p in places]) for places in (lower, upper)]
        swapped = list(rows)
        for i in range(e.lanes):
            if not i & step:
                swapped[i] = builder.shuffle_vector(rows[i], rows[i + step], masks[0])
                swapped[i + step] = builder.shuffle_vector(rows[i], rows[i + step], masks[1])
        rows = swapped
        step *= 2
    return rows


@subroutine(lambda e, edge: (f"transpose_{e.name}{'_edge' * edge}", "pipi" + "ii" * edge))
def _square(builder: Any, e: Element, edge: bool) -> None:
    """Transposes one square in registers; ``edge`` squares have fewer columns of B, or fewer rows, than lanes.

    Arguments: target, target_row, source, source_col (bytes), and for an edge the counts of columns and of rows.
    """
    target, target_row, source, source_col, *counts = builder.function.args
    lines = []
    for j in range(e.lanes):
        if edge:
            last = builder.sub(counts[0], integer(1))
            inside = builder.icmp_signed("<", integer(j), last)
            place = move(builder, source, builder.mul(source_col, builder.select(inside, integer(j), last)))
            lines.append(masked_load(builder, e, place, mask_below(builder, e, counts[1])))
        else:
            place = move(builder, source, builder.mul(source_col, integer(j)))
            lines.append(load(builder, place, e.vector, e.size))
    for k, line in enumerate(transposed(builder, e, lines)):
        store(builder, line, move(builder, target, builder.mul(target_row, integer(k))), e.size)


@subroutine(lambda e: (f"pack_transposed_{e.name}", "pipiii"))
def pack_transposed(builder: Any, e: Element) -> None:
    """Panel of a B whose k axis is contiguous.

    Arguments: target, target_row (bytes), source, source_col (bytes), width, depth. Columns beyond ``width`` up to the
    next multiple of the lanes hold copies of the last one.
    """
    target, target_row, source, source_col, width, depth = builder.function.args
    lanes, zero, size = integer(e.lanes), integer(0), integer(e.size)
    with for_range_slice(builder, zero, width, lanes, I64) as (j, _):
        from_j = move(builder, source, builder.mul(j, source_col))
        to_j = move(builder, target, builder.mul(j, size))
        columns = builder.sub(width, j)
        with for_range_slice(builder, zero, depth, lanes, I64) as (k, _):
            place = move(builder, from_j, builder.mul(k, size))
            goal = move(builder, to_j, builder.mul(k, target_row))
            rows = builder.sub(depth, k)
            whole = builder.and_(builder.icmp_signed(">=", columns, lanes), builder.icmp_signed(">=", rows, lanes))
            with builder.if_else(whole) as (inner, outer):
                with inner:
                    builder.call(_square(builder, e, False), [goal, target_row, place, source_col])
                with outer:
                    builder.call(_square(builder, e, True), [goal, target_row, place, source_col, columns, rows])


@subroutine(lambda e: (f"pack_rows_{e.name}", "pipiii"))
def pack_rows(builder: Any, e: Element) -> None:
    """Copies rows that are contiguous: panels of B far from each other in memory, or blocks of A.

    Arguments: target, target_row, source, source_row (bytes), width, depth (columns and rows).
    """
    target, target_row, source, source_row, width, depth = builder.function.args
    whole = builder.and_(width, integer(-e.lanes))
    rest = builder.sub(width, whole)
    mask = mask_below(builder, e, rest)
    end = builder.mul(whole, integer(e.size))
    with for_range(builder, depth) as k:
        from_k = move(builder, source, builder.mul(k.index, source_row))
        to_k = move(builder, target, builder.mul(k.index, target_row))
        with for_range_slice(builder, integer(0), end, integer(e.lanes * e.size), I64) as (j, _):
            copy(builder, e, move(builder, from_k, j), move(builder, to_k, j), 1)
        with builder.if_then(builder.icmp_signed(">", rest, integer(0))):
            line = masked_load(builder, e, move(builder, from_k, end), mask)
            masked_store(builder, e, line, move(builder, to_k, end), mask)


@subroutine(lambda e, vectors: (f"pack_panels_{e.name}_{vectors}", "piipiii"))
def pack_panels(builder: Any, e: Element, vectors: int) -> None:
    """Copies rows of a whole block of B into panels of ``vectors`` vectors that lie one after the other.

    The last panel may be narrower; its rows are as far apart as those of the others. Rows of B are read from end to
    end, so that each of its pages is visited once.

    Arguments: target, target_panel, target_row, source, source_row (bytes), width, depth (columns and rows).
    """
    target, target_panel, target_row, source, source_row, width, depth = builder.function.args
    step = e.lanes * e.size
    wide = integer(vectors * e.lanes)
    panels = builder.sdiv(width, wide)
    rest = builder.sub(width, builder.mul(panels, wide))
    singles = builder.sdiv(rest, integer(e.lanes))
    last = builder.sub(rest, builder.mul(singles, integer(e.lanes)))
    mask = mask_below(builder, e, last)
    ahead = builder.mul(source_row, integer(_AHEAD))
    with for_range(builder, depth) as k:
        from_k = move(builder, source, builder.mul(k.index, source_row))
        to_k = move(builder, target, builder.mul(k.index, target_row))
        with for_range(builder, panels) as p:
            here = move(builder, from_k, builder.mul(p.index, integer(vectors * step)))
            there = move(builder, to_k, builder.mul(p.index, target_panel))
            prefetch(builder, move(builder, here, ahead))
            copy(builder, e, here, there, vectors)
        here = move(builder, from_k, builder.mul(panels, integer(vectors * step)))
        there = move(builder, to_k, builder.mul(panels, target_panel))
        with for_range(builder, singles) as s:
            offset = builder.mul(s.index, integer(step))
            copy(builder, e, move(builder, here, offset), move(builder, there, offset), 1)
        with builder.if_then(builder.icmp_signed(">", last, integer(0))):
            offset = builder.mul(singles, integer(step))
            line = masked_load(builder, e, move(builder, here, offset), mask)
            masked_store(builder, e, line, move(builder, there, offset), mask)


@subroutine(lambda e, heights: (f"pack_tiles_{e.name}_" + "_".join(map(str, heights)), "pipiii"))
def pack_tiles(builder: Any, e: Element, heights: tuple[int, ...]) -> None:
    """Copies a block of A whose columns are contiguous for tiles of ``heights``, each reading its own from end to end.

    The copy of the rows from ``i`` on begins ``i * target_row`` bytes into ``target``; for each k it holds as many
    numbers as the tile has rows. What a vector writes beyond these is written over by the next k; after the last one
    ``target_row`` leaves room for it.

    Arguments: target, target_row, source, source_col (bytes), rows, depth.
    """
    target, target_row, source, source_col, rows, depth = builder.function.args
    ahead = builder.mul(source_col, integer(_AHEAD))
    with for_range(builder, depth) as k:
        from_k = move(builder, source, builder.mul(k.index, source_col))
        done: Any = integer(0)
        for height in heights:
            to_k = move(builder, target, builder.mul(k.index, integer(height * e.size)))
            left = builder.sub(rows, done)
            end = builder.add(done, builder.mul(builder.sdiv(left, integer(height)), integer(height)))
            with for_range_slice(builder, done, end, integer(height), I64) as (i, _):
                here = move(builder, from_k, builder.mul(i, integer(e.size)))
                there = move(builder, to_k, builder.mul(i, target_row))
                prefetch(builder, move(builder, here, ahead))
                copy_few(builder, e, here, there, height)
            done = end


@subroutine(lambda e: (f"pack_{e.format.name}", "pipiiii"))
def pack_any(builder: Any, e: Element) -> None:
    """Panel of a B of any strides, number by number.

    Arguments: target, target_row, source, source_row, source_col (bytes), width, depth.
    """
    target, target_row, source, source_row, source_col, width, depth = builder.function.args
    with for_range(builder, depth) as k:
        from_k = move(builder, source, builder.mul(k.index, source_row))
        to_k = move(builder, target, builder.mul(k.index, target_row))
        with for_range(builder, width) as j:
            value = load(builder, move(builder, from_k, builder.mul(j.index, source_col)), e.scalar, e.size)
            store(builder, value, move(builder, to_k, builder.mul(j.index, integer(e.size))), e.size)
