"""``block_product``: one block of a matrix product, for generated kernels.

Blocks are register-tiled (:mod:`.block`). Of the thin ones, those with k contiguous on both sides are dot products
(:mod:`.dots`), wide ones with contiguous rows of B are linear combinations of these (:mod:`.combinations`).
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped, attr-defined"

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from numba import config
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from ..blocks import THIN
from ..machine import PAGE, REUSED, Machine, host
from .block import block_function
from .combinations import combinations
from .dots import dots, groups
from .form import Form, Layout, Packing, tile_heights
from .horizontal import FOUR
from .memory import data_of, is_block, row_of
from .micro import BYTES, element, integer, move


def _known(kind: Any) -> Any:
    """The value of a literal integer type, else None."""
    return getattr(kind, "literal_value", None)


def _layout(row: Any, col: Any) -> Layout:
    return "rows" if _known(col) == 1 else "columns" if _known(row) == 1 else "any"


_NARROW = 4  # vectors: so few columns of thin blocks are sums in registers too
_SUM = 3.0  # cycles of a horizontal sum, several being under way
_GATHER = 1.5  # cycles to copy one number of a column of B
_LARGE = 4 * 1024 * 1024  # bytes of a B that comes from memory
_GAIN = 0.95  # of the time of a masked panel: less is not worth the code


def _tail(rows: int, cols: int, depth: int, lanes: int, machine: Machine) -> int:
    """How many of the last columns are best computed as dot products: all that fill no vector, or none."""
    tail = cols % lanes
    a_cycle = 2 if machine.low_tiles else 1  # multiply-adds
    terms = 0.0
    for count in groups(tail, machine.registers):
        terms += math.ceil(depth / lanes) * max(count / a_cycle, (2 * FOUR + count) / FOUR)  # A crosses cache lines
    dots = rows * (terms + tail * _SUM) + tail * depth * _GATHER
    panel = rows * depth / (2 if _half(cols, lanes, machine) else a_cycle)
    return tail if dots < _GAIN * panel else 0


def _half(cols: int | None, lanes: int, machine: Machine) -> bool:
    """Whether all columns fit half a vector: where the widest take two halves of a cycle each, such ones take one."""
    return cols is not None and 2 * cols <= lanes and not machine.low_tiles


def _form(
    acc: Any,
    layouts: tuple[Layout, Layout],
    a_col: int | None,
    b_row: int | None,
    rows: int | None,
    cols: int | None,
    depth: int | None,
    machine: Machine,
) -> Form:
    a, b = layouts
    dtype = "f64" if acc.dtype == types.float64 else "f32"
    lanes = machine.lanes(dtype)
    most_rows, most_cols = acc.extents
    tall = rows if rows is not None and rows < most_rows else most_rows
    wide = tall <= max(THIN, machine.tile_rows(4)) and most_cols >= _NARROW * lanes
    vectors = 1 if most_cols <= lanes else 4 if wide else 2
    tail = 0
    if cols is not None and depth is not None and a == b == "rows" and tall > THIN:
        tail = _tail(tall, cols, depth, lanes, machine)
    full = element(dtype, lanes)
    if _half(cols, lanes, machine):
        lanes //= 2
    rest = cols is None or (cols - tail) % (vectors * lanes) != 0
    heights = tile_heights(tall, rows is not None, min(machine.tile_rows(vectors), 16))
    e = element(dtype, lanes)
    packing: Packing = "never"
    if machine.packs(tall, None if b_row is None or b != "rows" else b_row * e.size):
        packing = "tiles" if machine.low_tiles else "always"
    elif b_row is None and b == "rows" and tall >= REUSED:
        packing = "far"
    return Form(
        e,
        full,
        heights,
        vectors,
        rest,
        a,
        b,
        most_rows,
        most_cols,
        packing,
        machine.panel_depth,
        a_col is not None and a == "columns" and machine.far(a_col * e.size),
        b_row is not None and machine.far(b_row * e.size),
        groups(tail, machine.registers),
        pairs=machine.low_tiles,
        large_b=b_row is not None and depth is not None and b == "rows" and b_row * depth * e.size > _LARGE,
        aliased_b=b_row is not None and b_row * e.size % (PAGE // 2) == 0,
    )


@dataclass(frozen=True)
class _Call:
    """Arguments of one block, as LLVM values: pointers, strides in bytes, counts."""

    c: Any
    c_row: Any
    a: Any
    a_row: Any
    a_col: Any
    b: Any
    b_row: Any
    b_col: Any
    rows: Any
    cols: Any
    depth: Any
    adds: Any

    def tiles(self, builder: Any, form: Form) -> None:
        """In tiles of registers."""
        builder.call(block_function(builder, form), [getattr(self, f.name) for f in fields(self)])

    def dots(self, builder: Any, form: Form) -> None:
        """As dot products, each row of A with all columns of B."""
        size = integer(form.e.size)
        some = [self.c, self.c_row, size, self.a, self.a_row, self.b, self.b_col, self.rows, self.cols]
        builder.call(dots(builder, form.full), [*some, self.depth, self.adds])

    def combinations(self, builder: Any, form: Form) -> None:
        """As linear combinations of the rows of B."""
        some = [self.c, self.c_row, self.a, self.a_row, self.a_col, self.b, self.b_row, self.rows, self.cols]
        builder.call(combinations(builder, form.full), [*some, self.depth, self.adds])

    def transposed(self, form: Form) -> _Call:
        """The same as ``C^T = B^T A^T``."""
        return _Call(
            self.c, integer(form.e.size), self.b, self.b_col, self.b_row, self.a, self.a_col, self.a_row, self.cols,
            self.rows, self.depth, self.adds,
        )  # fmt: skip


def _product(accumulate: bool, kinds: tuple[Any, ...]) -> Any:
    """Signature and code of a block_product, or of the adding form, for arguments of these types."""
    name = "block_product_add" if accumulate else "block_product"
    acc, a, _, a_row, a_col, b, _, b_row, b_col, rows, cols, depth = kinds
    if not is_block(acc):
        raise TypingError(f"{name}: acc must be a window or a 2-d array of literal shape, got {acc}")
    if acc.dtype not in (types.float32, types.float64) or not acc.dtype == a.dtype == b.dtype:
        raise TypingError(f"{name}: dtypes must be one of f32, f64, got {acc.dtype}, {a.dtype}, {b.dtype}")
    most_cols = acc.extents[1]
    layouts = _layout(a_row, a_col), _layout(b_row, b_col)
    along_k = _known(a_col) == 1 and _known(b_row) == 1
    along_rows = _known(b_col) == 1
    one_column = most_cols == 1 and _known(a_row) == 1
    known = _known(a_col), _known(b_row), _known(rows), _known(cols), _known(depth)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # Here and not above: what is above Numba keeps for equal types, whatever the machine.
        form = _form(acc, layouts, *known, host(config.CPU_NAME))
        size = integer(form.e.size)

        def number(position: int) -> Any:
            return context.cast(builder, args[position], signature.args[position], types.intp)

        def stride(position: int) -> Any:
            return builder.mul(number(position), size)

        def data(position: int) -> Any:
            return builder.bitcast(data_of(builder, args[position]), BYTES)

        left, right = move(builder, data(1), stride(2)), move(builder, data(5), stride(6))
        rows, cols, depth = (number(position) for position in (9, 10, 11))
        c_row = builder.mul(row_of(builder, acc, args[0]), size)
        call = _Call(
            data(0), c_row, left, stride(3), stride(4), right, stride(7), stride(8), rows,
            cols, depth, integer(int(accumulate)),
        )  # fmt: skip
        if along_k and most_cols <= THIN:
            # A row of A at a time would read all columns again: the longer side goes outside.
            size_of_c = call.c_row
            some = [call.c, size, size_of_c, right, call.b_col, left, call.a_row, cols, rows, depth, call.adds]
            builder.call(dots(builder, form.full), some)
        elif one_column:
            call.transposed(form).combinations(builder, form)
        elif along_k or (along_rows and most_cols > _NARROW * form.full.lanes):
            with builder.if_else(builder.icmp_signed("<=", rows, integer(THIN))) as (thin, thick):
                with thin:
                    (call.dots if along_k else call.combinations)(builder, form)
                with thick:
                    call.tiles(builder, form)
        else:
            call.tiles(builder, form)
        return context.get_dummy_value()

    return types.none(*kinds), codegen


@intrinsic(prefer_literal=True)
def block_product(
    typingctx: Any,
    acc: Any,
    a: Any,
    a_start: Any,
    a_row: Any,
    a_col: Any,
    b: Any,
    b_start: Any,
    b_row: Any,
    b_col: Any,
    rows: Any,
    cols: Any,
    depth: Any,
) -> Any:
    """``acc[i, j] = sum over k of A[i, k] * B[k, j]`` for ``i < rows`` and ``j < cols``.

    Args:
        typingctx: numba's.
        acc: f32 or f64 scratch array of compile-time shape (MB, NB), or window of at most so many rows and columns;
            elements beyond rows x cols keep their values.
        a: view of the same dtype; ``A[i, k]`` is its flat element ``a_start + i * a_row + k * a_col``.
        a_start: integer.
        a_row: integer.
        a_col: integer.
        b: view of the same dtype; ``B[k, j]`` is its flat element ``b_start + k * b_row + j * b_col``.
        b_start: integer.
        b_row: integer.
        b_col: integer; the literal 1 is the fast case, next to it ``b_row`` the literal 1.
        rows: integer, at most MB; a literal makes less code.
        cols: integer, at most NB; a literal makes less code where it is a multiple of two vectors.
        depth: integer, number of terms.
    """
    return _product(False, (acc, a, a_start, a_row, a_col, b, b_start, b_row, b_col, rows, cols, depth))


@intrinsic(prefer_literal=True)
def block_product_add(
    typingctx: Any,
    acc: Any,
    a: Any,
    a_start: Any,
    a_row: Any,
    a_col: Any,
    b: Any,
    b_start: Any,
    b_row: Any,
    b_col: Any,
    rows: Any,
    cols: Any,
    depth: Any,
) -> Any:
    """``acc[i, j] += sum over k of A[i, k] * B[k, j]``; otherwise as :func:`block_product`.

    Sums of several products, such as a convolution's over kernel rows, go into one block.
    """
    return _product(True, (acc, a, a_start, a_row, a_col, b, b_start, b_row, b_col, rows, cols, depth))
