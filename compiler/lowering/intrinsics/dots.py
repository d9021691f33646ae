"""Matrix-vector shapes: dot products along a contiguous k."""

# mypy: allow-untyped-calls, disable-error-code="import-untyped"

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from numba.core.cgutils import for_range, for_range_slice

from ..machine import SPARE
from .horizontal import FOUR, sum_of_one, sums_of_four
from .micro import (
    I64,
    Element,
    integer,
    load,
    mask_below,
    masked_load,
    move,
    multiply_add,
    store,
)
from .subroutine import subroutine

_TOGETHER = 4  # dot products at a time: enough independent sums to keep the multipliers busy


def _along_k(builder: Any, e: Element, depth: Any, add: Callable[[Callable[[Any], Any], Any], None]) -> None:
    """``add(fetch, offset)`` for each vector of k, ``offset`` bytes from the first; the last may have lanes off."""
    whole = builder.and_(depth, integer(-e.lanes))
    rest = builder.sub(depth, whole)
    with for_range_slice(builder, integer(0), whole, integer(e.lanes), I64) as (k, _):
        add(lambda p: load(builder, p, e.vector, e.size), builder.mul(k, integer(e.size)))
    with builder.if_then(builder.icmp_signed(">", rest, integer(0))):
        mask = mask_below(builder, e, rest)
        add(lambda p: masked_load(builder, e, p, mask), builder.mul(whole, integer(e.size)))


@subroutine(lambda e, count: (f"dots_{e.name}_{count}", "pippiii"))
def _some(builder: Any, e: Element, count: int) -> None:
    """``c[q] = x . y[q]`` for ``count`` vectors y. Arguments: c, c_step, x, y, y_step (bytes), depth, accumulate."""
    c, c_step, x, y, y_step, depth, accumulate = builder.function.args
    vectors = [move(builder, y, builder.mul(y_step, integer(q))) for q in range(count)]
    sums = []
    for _ in range(count):
        place = builder.alloca(e.vector)
        builder.store(e.zero, place)
        sums.append(place)

    def add(fetch: Any, offset: Any) -> None:
        left = fetch(move(builder, x, offset))
        for place, vector in zip(sums, vectors, strict=True):
            total = multiply_add(builder, e, left, fetch(move(builder, vector, offset)), builder.load(place))
            builder.store(total, place)

    _along_k(builder, e, depth, add)
    adds = builder.icmp_signed("!=", accumulate, integer(0))
    for q, place in enumerate(sums):
        to = move(builder, c, builder.mul(c_step, integer(q)))
        before = builder.select(adds, load(builder, to, e.scalar, e.size), e.scalar(0.0))
        total = sum_of_one(builder, e, builder.load(place))
        store(builder, builder.fadd(before, total, flags=("contract",)), to, e.size)


@subroutine(lambda e: (f"dots_{e.name}", "piipipiiiii"))
def dots(builder: Any, e: Element) -> None:
    """``C[p, q] = x[p] . y[q]``.

    Arguments: c, c_p, c_q, x, x_p, y, y_q (bytes; x and y are contiguous along k), count of p, count of q, depth,
    accumulate (0 overwrites C).
    """
    c, c_p, c_q, x, x_p, y, y_q, count_p, count_q, depth, accumulate = builder.function.args
    # Columns that are taken together lie far apart: each of them is followed by the next one it is read with, so that
    # memory is read from end to end, in as many streams as there are sums.
    apart = builder.sdiv(count_q, integer(_TOGETHER))
    together = builder.mul(apart, integer(_TOGETHER))
    with for_range(builder, count_p) as p:
        goal = move(builder, c, builder.mul(p.index, c_p))
        left = move(builder, x, builder.mul(p.index, x_p))
        for first, last, count in ((integer(0), apart, _TOGETHER), (together, count_q, 1)):
            steps = [builder.mul(step, apart) for step in (c_q, y_q)]
            with for_range_slice(builder, first, last, integer(1), I64) as (q, _):
                to, right = move(builder, goal, builder.mul(q, c_q)), move(builder, y, builder.mul(q, y_q))
                arguments = [to, steps[0], left, right, steps[1], depth, accumulate]
                builder.call(_some(builder, e, count), arguments)


@subroutine(lambda e, rows, cols: (f"dots_{e.name}_{rows}_by_{cols}", "pipipiii"))
def _rows_by_columns(builder: Any, e: Element, rows: int, cols: int) -> None:
    """``C[p, q] = A[p] . y[q]`` for so few of both that their sums stay in registers.

    Arguments: c, c_row, a, a_row, y, y_q (bytes; A and y are contiguous along k), depth, accumulate. C's columns are
    contiguous.
    """
    c, c_row, a, a_row, y, y_q, depth, accumulate = builder.function.args
    lines = [move(builder, a, builder.mul(a_row, integer(p))) for p in range(rows)]
    columns = [move(builder, y, builder.mul(y_q, integer(q))) for q in range(cols)]
    sums = [[builder.alloca(e.vector) for _ in range(rows)] for _ in range(cols)]
    for place in (place for column in sums for place in column):
        builder.store(e.zero, place)

    def add(fetch: Any, offset: Any) -> None:
        left = [fetch(move(builder, line, offset)) for line in lines]
        for column, places in zip(columns, sums, strict=True):
            right = fetch(move(builder, column, offset))
            for factor, place in zip(left, places, strict=True):
                builder.store(multiply_add(builder, e, factor, right, builder.load(place)), place)

    _along_k(builder, e, depth, add)
    adds = builder.icmp_signed("!=", accumulate, integer(0))
    for q, places in enumerate(sums):
        vectors = [builder.load(place) for place in places]
        together = rows == FOUR and e.lanes >= FOUR
        totals = sums_of_four(builder, e, vectors) if together else [sum_of_one(builder, e, v) for v in vectors]
        for p, total in enumerate(totals):
            to = move(builder, move(builder, c, builder.mul(c_row, integer(p))), integer(q * e.size))
            before = builder.select(adds, load(builder, to, e.scalar, e.size), e.scalar(0.0))
            store(builder, builder.fadd(before, total, flags=("contract",)), to, e.size)


def groups(cols: int, registers: int) -> tuple[int, ...]:
    """Columns in parts of nearly equal size, each of which with four rows has sums that stay in registers."""
    parts = math.ceil(cols / ((registers - SPARE) // FOUR))
    return tuple(cols * (i + 1) // parts - cols * i // parts for i in range(parts))


@subroutine(lambda e, cols: (f"dots_{e.name}_few_{cols}", "pipipiiii"))
def few_columns(builder: Any, e: Element, cols: int) -> None:
    """``C[p, q] = A[p] . y[q]`` for all rows of A and ``cols`` columns y.

    Arguments: c, c_row, a, a_row, y, y_q (bytes; A and y are contiguous along k), rows, depth, accumulate.
    """
    c, c_row, a, a_row, y, y_q, rows, depth, accumulate = builder.function.args
    grouped = builder.and_(rows, integer(-FOUR))
    for first, last, count in ((integer(0), grouped, FOUR), (grouped, rows, 1)):
        with for_range_slice(builder, first, last, integer(count), I64) as (p, _):
            to, line = move(builder, c, builder.mul(p, c_row)), move(builder, a, builder.mul(p, a_row))
            builder.call(_rows_by_columns(builder, e, count, cols), [to, c_row, line, a_row, y, y_q, depth, accumulate])
