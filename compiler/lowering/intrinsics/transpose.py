"""``transpose_block``: transposition through registers, squares of ``lanes`` x ``lanes`` numbers at a time."""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped, attr-defined"

from __future__ import annotations

from typing import Any

from numba import config
from numba.core import types
from numba.core.cgutils import for_range_slice
from numba.core.errors import TypingError
from numba.extending import intrinsic

from ..machine import host
from .memory import View, data_of
from .micro import (
    BYTES,
    I64,
    Element,
    element,
    integer,
    load,
    mask_below,
    masked_load,
    masked_store,
    move,
    store,
)
from .packing import transposed
from .subroutine import subroutine

# Numbers are only moved, so integers travel in vectors of floating-point numbers of their size.
_CARRIERS: dict[Any, str] = {types.float32: "f32", types.int32: "f32", types.float64: "f64", types.int64: "f64"}


@subroutine(lambda e, edge: (f"turn_{e.name}{'_edge' * edge}", "pipi" + "ii" * edge))
def _square(builder: Any, e: Element, edge: bool) -> None:
    """Transposes one square; ``edge`` squares are smaller than lanes x lanes.

    Arguments: target, target_row, source, source_row (bytes); for an edge the counts of rows and columns of the source.
    """
    target, target_row, source, source_row, *counts = builder.function.args
    if not edge:
        places = [move(builder, source, builder.mul(source_row, integer(i))) for i in range(e.lanes)]
        lines = [load(builder, place, e.vector, e.size) for place in places]
        for j, line in enumerate(transposed(builder, e, lines)):
            store(builder, line, move(builder, target, builder.mul(target_row, integer(j))), e.size)
        return
    rows, cols = counts
    last = builder.sub(rows, integer(1))
    across, down = mask_below(builder, e, cols), mask_below(builder, e, rows)
    lines = []
    for i in range(e.lanes):
        row = builder.select(builder.icmp_signed("<", integer(i), last), integer(i), last)
        lines.append(masked_load(builder, e, move(builder, source, builder.mul(source_row, row)), across))
    for j, line in enumerate(transposed(builder, e, lines)):
        with builder.if_then(builder.icmp_signed("<", integer(j), cols)):
            masked_store(builder, e, line, move(builder, target, builder.mul(target_row, integer(j))), down)


@subroutine(lambda e: (f"transpose_block_{e.name}", "pipiii"))
def _transpose(builder: Any, e: Element) -> None:
    """Arguments: target, target_row, source, source_row (bytes), rows and columns of the source."""
    target, target_row, source, source_row, rows, cols = builder.function.args
    lanes, zero, size = integer(e.lanes), integer(0), integer(e.size)
    with for_range_slice(builder, zero, rows, lanes, I64) as (i, _):
        from_i = move(builder, source, builder.mul(i, source_row))
        to_i = move(builder, target, builder.mul(i, size))
        down = builder.sub(rows, i)
        with for_range_slice(builder, zero, cols, lanes, I64) as (j, _):
            place = move(builder, from_i, builder.mul(j, size))
            goal = move(builder, to_i, builder.mul(j, target_row))
            across = builder.sub(cols, j)
            whole = builder.and_(builder.icmp_signed(">=", down, lanes), builder.icmp_signed(">=", across, lanes))
            with builder.if_else(whole) as (inner, outer):
                with inner:
                    builder.call(_square(builder, e, False), [goal, target_row, place, source_row])
                with outer:
                    builder.call(_square(builder, e, True), [goal, target_row, place, source_row, down, across])


@intrinsic(prefer_literal=True)
def transpose_block(
    typingctx: Any, y: Any, y_start: Any, y_row: Any, x: Any, x_start: Any, x_row: Any, rows: Any, cols: Any
) -> Any:
    """``y[y_start + j * y_row + i] = x[x_start + i * x_row + j]`` for ``i < rows`` and ``j < cols``, flat elements.

    Args:
        typingctx: numba's.
        y: view of f32, f64, i32 or i64; must not overlap x.
        y_start: integer.
        y_row: integer, distance of rows of y.
        x: view of the same dtype.
        x_start: integer.
        x_row: integer, distance of rows of x.
        rows: integer, rows of x. Blocks of 64 x 64 or so go well through the caches.
        cols: integer, columns of x.
    """
    if not isinstance(x, View) or not isinstance(y, View) or x.dtype != y.dtype or x.dtype not in _CARRIERS:
        raise TypingError(f"transpose_block: expects two views of one dtype of f32, f64, i32, i64, got {y} and {x}")
    dtype = _CARRIERS[x.dtype]

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        e = element(dtype, host(config.CPU_NAME).lanes(dtype))
        size = integer(e.size)

        def number(position: int) -> Any:
            return context.cast(builder, args[position], signature.args[position], types.intp)

        def stride(position: int) -> Any:
            return builder.mul(number(position), size)

        def data(position: int) -> Any:
            return builder.bitcast(data_of(builder, args[position]), BYTES)

        target, source = move(builder, data(0), stride(1)), move(builder, data(3), stride(4))
        arguments = [target, stride(2), source, stride(5), number(6), number(7)]
        builder.call(_transpose(builder, e), arguments)
        return context.get_dummy_value()

    return types.none(y, y_start, y_row, x, x_start, x_row, rows, cols), codegen
