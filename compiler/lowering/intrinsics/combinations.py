"""Few rows times a matrix whose rows are contiguous: linear combinations of its rows.

A tile of registers would visit a narrow strip of every row, each perhaps on a page of its own, and wait for memory at
each; here rows are read from end to end, some at a time, and added into the result, which stays in cache.
"""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from numba.core.cgutils import for_range, for_range_slice

from .micro import (
    I64,
    Element,
    integer,
    load,
    mask_below,
    masked_load,
    masked_store,
    move,
    multiply_add,
    splat,
    store,
)
from .subroutine import subroutine

_TOGETHER = 8  # rows added at a time: so many more loads than one load and one store of the result


def _until_aligned(builder: Any, e: Element, b: Any, b_row: Any, rows: Any, cols: Any) -> Any:
    """Columns before those where vectors of all rows of B lie within cache lines.

    0 where its rows differ in that, or C has several rows: these find B in the nearest cache, and had no gain.
    """
    width, size, zero = e.lanes * e.size, integer(e.size), integer(0)
    before = builder.sdiv(builder.and_(builder.neg(builder.ptrtoint(b, I64)), integer(width - 1)), size)
    alike = builder.icmp_signed("==", builder.and_(b_row, integer(width - 1)), zero)
    pays = builder.and_(alike, builder.icmp_signed("==", rows, integer(1)))
    head = builder.select(pays, before, zero)
    return builder.select(builder.icmp_signed("<", head, cols), head, cols)


@subroutine(lambda e, count: (f"combine_{e.name}_{count}", "ppipiii"))
def _some(builder: Any, e: Element, count: int) -> None:
    """``c += x[q] B[q]`` over ``count`` rows. Arguments: c, x, x_step, b, b_row (bytes), head, cols.

    Columns come in whole vectors but for the first ``head``, fewer than a vector's, and the last.
    """
    c, x, x_step, b, b_row, head, cols = builder.function.args
    factors, rows = [], []
    for q in range(count):
        number = load(builder, move(builder, x, builder.mul(x_step, integer(q))), e.scalar, e.size)
        factors.append(splat(builder, number, e.vector))
        rows.append(move(builder, b, builder.mul(b_row, integer(q))))

    def total(before: Any, lines: list[Any]) -> Any:
        # The rows are added to each other first: so rounding errors of a long sum grow less.
        some = builder.fmul(factors[0], lines[0])
        for factor, line in zip(factors[1:], lines[1:], strict=True):
            some = multiply_add(builder, e, factor, line, some)
        return builder.fadd(before, some)

    def part(start: Any, many: Any) -> None:
        """Fewer columns than a vector has."""
        with builder.if_then(builder.icmp_signed(">", many, integer(0))):
            mask = mask_below(builder, e, many)
            offset = builder.mul(start, integer(e.size))
            lines = [masked_load(builder, e, move(builder, row, offset), mask) for row in rows]
            before = masked_load(builder, e, move(builder, c, offset), mask)
            masked_store(builder, e, total(before, lines), move(builder, c, offset), mask)

    part(integer(0), head)
    end = builder.add(head, builder.and_(builder.sub(cols, head), integer(-e.lanes)))
    with for_range_slice(builder, head, end, integer(e.lanes), I64) as (j, _):
        offset = builder.mul(j, integer(e.size))
        lines = [load(builder, move(builder, row, offset), e.vector, e.size) for row in rows]
        before = load(builder, move(builder, c, offset), e.vector, e.size)
        store(builder, total(before, lines), move(builder, c, offset), e.size)
    part(end, builder.sub(cols, end))


@subroutine(lambda e: (f"combinations_{e.name}", "pipiipiiiii"))
def combinations(builder: Any, e: Element) -> None:
    """``C = A B`` with contiguous rows of B and C.

    Arguments: c, c_row, a, a_row, a_col, b, b_row (bytes), rows, cols, depth, accumulate (0 overwrites C).
    """
    c, c_row, a, a_row, a_col, b, b_row, rows, cols, depth, accumulate = builder.function.args
    zero, size = integer(0), integer(e.size)
    with builder.if_then(builder.icmp_signed("==", accumulate, zero)), for_range(builder, rows) as i:
        line = move(builder, c, builder.mul(i.index, c_row))
        with for_range(builder, cols) as j:
            store(builder, e.scalar(0.0), move(builder, line, builder.mul(j.index, size)), e.size)
    head = _until_aligned(builder, e, b, b_row, rows, cols)
    done: Any = zero
    for count in (_TOGETHER, 1):
        left = builder.sub(depth, done)
        end = builder.add(done, builder.mul(builder.sdiv(left, integer(count)), integer(count)))
        # All rows of C against some of B, which stay in cache for that.
        with for_range_slice(builder, done, end, integer(count), I64) as (k, _):
            left_k, right = move(builder, a, builder.mul(k, a_col)), move(builder, b, builder.mul(k, b_row))
            with for_range(builder, rows) as i:
                to = move(builder, c, builder.mul(i.index, c_row))
                x = move(builder, left_k, builder.mul(i.index, a_row))
                builder.call(_some(builder, e, count), [to, x, a_col, right, b_row, head, cols])
        done = end
