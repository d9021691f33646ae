"""``block_product``: one block of a matrix product, for generated kernels.

A block is computed panel by panel: ``2 * lanes`` columns of B at a time (then single vectors, the last one masked), all
rows of A against each panel in tiles of registers (:mod:`.micro`). B is read where it lies when its columns are
contiguous; otherwise each panel is packed first (:mod:`.packing`), transposed in registers where k is contiguous. Deep
products go in blocks of k, so that a panel stays in cache while all rows pass over it. Thin blocks with k contiguous on
both sides are dot products (:mod:`.dots`). All of this lives in internal functions of the kernel's module, one of each
name.
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped, attr-defined"

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from llvmlite import ir
from numba import config
from numba.core import types
from numba.core.cgutils import for_range, for_range_slice
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from ..machine import Machine, host
from .dots import dots
from .memory import ALIGNMENT, View
from .micro import BYTES, I8, I64, Element, element, integer, internal_function, micro_kernel, move, store
from .packing import pack_any, pack_transposed

_DEPTH = 512  # most k of a panel
_THIN = 3  # most rows or columns of a block that is computed by dot products


@dataclass(frozen=True)
class _Form:
    """What is known of a block_product when it is compiled.

    Attributes:
        e: element type and lanes.
        rows: tile heights, greatest first, the last one 1.
        wide: whether panels of two vectors occur.
        b: how B lies: "rows" (columns contiguous), "columns" (k contiguous), "any".
        dots: "rows" or "cols" where few rows, or few columns, may be computed by dot products.
    """

    e: Element
    rows: tuple[int, ...]
    wide: bool
    b: Literal["rows", "columns", "any"]
    dots: Literal["rows", "cols", ""]

    @property
    def name(self) -> str:
        """Distinguishes the functions of one form."""
        heights = "_".join(map(str, self.rows))
        return f"{self.e.format.name}x{self.e.lanes}_{heights}_{'wide' if self.wide else 'narrow'}"


def tile_heights(rows: int, exact: bool, most: int) -> tuple[int, ...]:
    """Heights of register tiles for blocks of at most ``rows`` rows.

    Args:
        rows: most rows of a block.
        exact: whether every block has that many.
        most: greatest height of a tile.
    """

    def cost(height: int) -> float:
        # A tile costs its height, a little to start, and more where few sums must wait for each other.
        fours, ones = divmod(rows % height, 4)
        return (rows // height) * (height + 0.5) + fours * 5.5 + ones * 3.0

    height = min(range(min(rows, most), 0, -1), key=cost)
    heights = {height, 1} if exact and rows % height == 0 else {height, min(4, height), 1}
    return tuple(sorted(heights, reverse=True))


def _strip(module: Any, form: _Form, vectors: int) -> Any:
    """One panel of columns, all rows: calls micro-kernels. Arguments as theirs, and rows before the column count."""
    e, masked = form.e, vectors == 1
    function, builder = internal_function(
        module,
        f"graphc_strip_{form.name}_{vectors}",
        [BYTES, I64, BYTES, I64, I64, BYTES, I64, I64, I64, I64] + [I64] * masked,
    )
    if builder is None:
        return function
    c, c_row, a, a_row, a_col, b, b_row, depth, accumulate, rows = function.args[:10]
    done: Any = integer(0)
    for height in form.rows:
        left = builder.sub(rows, done)
        end = builder.add(done, builder.mul(builder.sdiv(left, integer(height)), integer(height)))
        with for_range_slice(builder, done, end, integer(height), I64) as (i, _):
            to, source = move(builder, c, builder.mul(i, c_row)), move(builder, a, builder.mul(i, a_row))
            arguments = [to, c_row, source, a_row, a_col, b, b_row, depth, accumulate, *function.args[10:]]
            builder.call(micro_kernel(module, e, height, vectors, masked), arguments)
        done = end
    builder.ret_void()
    return function


def _minimum(builder: Any, x: Any, y: Any) -> Any:
    return builder.select(builder.icmp_signed("<", x, y), x, y)


def _block(module: Any, form: _Form) -> Any:
    """The whole block. Arguments: c, c_row, a, a_row, a_col, b, b_row, b_col (bytes), rows, cols, depth."""
    e = form.e
    function, builder = internal_function(
        module, f"graphc_block_{form.name}_{form.b}", [BYTES, I64, BYTES, I64, I64, BYTES, I64, I64, I64, I64, I64]
    )
    if builder is None:
        return function
    c, c_row, a, a_row, a_col, b, b_row, b_col, rows, cols, depth = function.args
    zero, size = integer(0), integer(e.size)
    widest = 2 if form.wide else 1
    panel_row = integer(widest * e.lanes * e.size)
    if form.b != "rows":
        room = builder.alloca(ir.ArrayType(I8, (_DEPTH + e.lanes) * widest * e.lanes * e.size))
        room.align = ALIGNMENT
        panel = builder.bitcast(room, BYTES)

    # Blocks of k of nearly equal depth.
    parts = builder.sdiv(builder.add(depth, integer(_DEPTH - 1)), integer(_DEPTH))
    parts = builder.select(builder.icmp_signed(">", parts, zero), parts, integer(1))
    deep = builder.sdiv(builder.add(depth, builder.sub(parts, integer(1))), parts)
    deep = builder.select(builder.icmp_signed(">", deep, zero), deep, integer(1))
    with for_range_slice(builder, zero, depth, deep, I64) as (k, _):
        here = _minimum(builder, deep, builder.sub(depth, k))
        a_here = move(builder, a, builder.mul(k, a_col))
        b_here = move(builder, b, builder.mul(k, b_row))
        done: Any = zero
        for vectors in (2, 1) if form.wide else (1,):
            width = integer(vectors * e.lanes)
            end = cols if vectors == 1 else builder.mul(builder.sdiv(cols, width), width)
            with for_range_slice(builder, done, end, width, I64) as (j, _):
                count = width if vectors == 2 else _minimum(builder, width, builder.sub(cols, j))
                source, source_row = move(builder, b_here, builder.mul(j, b_col)), b_row
                if form.b == "columns":
                    builder.call(pack_transposed(module, e), [panel, panel_row, source, b_col, count, here])
                    source, source_row = panel, panel_row
                elif form.b == "any":
                    builder.call(pack_any(module, e), [panel, panel_row, source, b_row, b_col, count, here])
                    source, source_row = panel, panel_row
                goal = move(builder, c, builder.mul(j, size))
                arguments = [goal, c_row, a_here, a_row, a_col, source, source_row, here, k, rows]
                builder.call(_strip(module, form, vectors), arguments + [count] * (vectors == 1))
            done = end
    with builder.if_then(builder.icmp_signed("<=", depth, zero)), for_range(builder, rows) as i:
        line = move(builder, c, builder.mul(i.index, c_row))
        with for_range(builder, cols) as j_loop:
            store(builder, e.scalar(0.0), move(builder, line, builder.mul(j_loop.index, size)), e.size)
    builder.ret_void()
    return function


def _known(kind: Any) -> Any:
    """The value of a literal integer type, else None."""
    return getattr(kind, "literal_value", None)


def _form_of(acc: Any, a_col: Any, b_row: Any, b_col: Any, rows: Any, machine: Machine) -> _Form:
    dtype = "f64" if acc.dtype == types.float64 else "f32"
    e = element(dtype, machine.lanes(dtype))
    most_rows, most_cols = acc.extents
    wide = most_cols >= 2 * e.lanes
    exact = _known(rows) is not None
    most = min(machine.tile_rows(2 if wide else 1), 16)
    heights = tile_heights(min(_known(rows), most_rows) if exact else most_rows, exact, most)
    thin: Literal["rows", "cols", ""] = ""
    if _known(a_col) == 1 and _known(b_row) == 1:
        thin = "cols" if most_cols <= _THIN else "rows"
    b: Literal["rows", "columns", "any"] = "any"
    if _known(b_col) == 1:
        b = "rows"
    elif _known(b_row) == 1:
        b = "columns"
    return _Form(e, heights, wide, b, thin)


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
        acc: f32 or f64 scratch array of compile-time shape (MB, NB); elements beyond rows x cols keep their values.
        a: view of the same dtype; ``A[i, k]`` is its flat element ``a_start + i * a_row + k * a_col``.
        a_start: integer.
        a_row: integer.
        a_col: integer.
        b: view of the same dtype; ``B[k, j]`` is its flat element ``b_start + k * b_row + j * b_col``.
        b_start: integer.
        b_row: integer.
        b_col: integer; the literal 1 is the fast case, next to it ``b_row`` the literal 1.
        rows: integer, at most MB.
        cols: integer, at most NB.
        depth: integer, number of terms.
    """
    if not isinstance(acc, View) or acc.extents is None or acc.ndim != 2:
        raise TypingError(f"block_product: acc must be a 2-d array of literal shape, got {acc}")
    if acc.dtype not in (types.float32, types.float64) or not acc.dtype == a.dtype == b.dtype:
        raise TypingError(f"block_product: dtypes must be one of f32, f64, got {acc.dtype}, {a.dtype}, {b.dtype}")
    form = _form_of(acc, a_col, b_row, b_col, rows, host(config.CPU_NAME))
    leading = acc.extents[1]

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        size = integer(form.e.size)

        def number(position: int) -> Any:
            return context.cast(builder, args[position], signature.args[position], types.intp)

        def stride(position: int) -> Any:
            return builder.mul(number(position), size)

        def data(position: int, start: int | None = None) -> Any:
            pointer = make_array(signature.args[position])(context, builder, args[position]).data
            pointer = builder.bitcast(pointer, BYTES)
            return pointer if start is None else move(builder, pointer, stride(start))

        c, c_row = data(0), integer(leading * form.e.size)
        left, right = data(1, 2), data(5, 6)
        a_row, a_col, b_row, b_col = (stride(position) for position in (3, 4, 7, 8))
        rows, cols, depth = (number(position) for position in (9, 10, 11))
        module = builder.module

        def whole() -> None:
            arguments = [c, c_row, left, a_row, a_col, right, b_row, b_col, rows, cols, depth]
            builder.call(_block(module, form), arguments)

        if form.dots == "cols":
            builder.call(dots(module, form.e), [c, size, c_row, right, b_col, left, a_row, cols, rows, depth])
        elif form.dots == "rows":
            with builder.if_else(builder.icmp_signed("<=", rows, integer(_THIN))) as (thin, thick):
                with thin:
                    arguments = [c, c_row, size, left, a_row, right, b_col, rows, cols, depth]
                    builder.call(dots(module, form.e), arguments)
                with thick:
                    whole()
        else:
            whole()
        return context.get_dummy_value()

    arguments = (acc, a, a_start, a_row, a_col, b, b_start, b_row, b_col, rows, cols, depth)
    return types.none(*arguments), codegen
