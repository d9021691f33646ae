"""``block_product``: one block of a matrix product, for generated kernels.

Blocks are register-tiled (:mod:`.block`); thin ones with k contiguous on both sides are dot products (:mod:`.dots`).
"""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped, attr-defined"

from __future__ import annotations

from typing import Any, Literal

from numba import config
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from ..machine import Machine, host
from .block import Form, Layout, block_function, tile_heights
from .dots import dots
from .memory import View
from .micro import BYTES, element, integer, move

_THIN = 3  # most rows or columns of a block that is computed by dot products


def _known(kind: Any) -> Any:
    """The value of a literal integer type, else None."""
    return getattr(kind, "literal_value", None)


def _layout(row: Any, col: Any) -> Layout:
    return "rows" if _known(col) == 1 else "columns" if _known(row) == 1 else "any"


def _form(acc: Any, a: Layout, b: Layout, rows: int | None, cols: int | None, machine: Machine) -> Form:
    dtype = "f64" if acc.dtype == types.float64 else "f32"
    lanes = machine.lanes(dtype)
    most_rows, most_cols = acc.extents
    tall = rows if rows is not None and rows < most_rows else most_rows
    widest = 4 if tall <= _THIN else 2
    vectors: tuple[int, ...] = (widest, 1) if widest * lanes <= most_cols else (1,)
    if cols is not None and cols % (widest * lanes) == 0:
        vectors = (widest,)
    heights = tile_heights(tall, rows is not None, min(machine.tile_rows(vectors[0]), 16))
    return Form(element(dtype, lanes), heights, vectors, a, b, most_rows)


def _product(accumulate: bool, kinds: tuple[Any, ...]) -> Any:
    """Signature and code of a block_product, or of the adding form, for arguments of these types."""
    name = "block_product_add" if accumulate else "block_product"
    acc, a, _, a_row, a_col, b, _, b_row, b_col, rows, cols, _ = kinds
    if not isinstance(acc, View) or acc.extents is None or acc.ndim != 2:
        raise TypingError(f"{name}: acc must be a 2-d array of literal shape, got {acc}")
    if acc.dtype not in (types.float32, types.float64) or not acc.dtype == a.dtype == b.dtype:
        raise TypingError(f"{name}: dtypes must be one of f32, f64, got {acc.dtype}, {a.dtype}, {b.dtype}")
    leading = acc.extents[1]
    layouts = _layout(a_row, a_col), _layout(b_row, b_col)
    form = _form(acc, *layouts, _known(rows), _known(cols), host(config.CPU_NAME))
    both_along_k = _known(a_col) == 1 and _known(b_row) == 1
    by_dots: Literal["always", "where thin", "never"] = "where thin" if both_along_k else "never"
    if both_along_k and leading <= _THIN:
        by_dots = "always"

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        size, adds = integer(form.e.size), integer(int(accumulate))

        def number(position: int) -> Any:
            return context.cast(builder, args[position], signature.args[position], types.intp)

        def stride(position: int) -> Any:
            return builder.mul(number(position), size)

        def data(position: int) -> Any:
            return builder.bitcast(make_array(signature.args[position])(context, builder, args[position]).data, BYTES)

        c, c_row = data(0), integer(leading * form.e.size)
        left, right = move(builder, data(1), stride(2)), move(builder, data(5), stride(6))
        a_row, a_col, b_row, b_col = (stride(position) for position in (3, 4, 7, 8))
        rows, cols, depth = (number(position) for position in (9, 10, 11))
        module = builder.module

        def by_tiles() -> None:
            arguments = [c, c_row, left, a_row, a_col, right, b_row, b_col, rows, cols, depth, adds]
            builder.call(block_function(module, form), arguments)

        if by_dots == "always":
            arguments = [c, size, c_row, right, b_col, left, a_row, cols, rows, depth, adds]
            builder.call(dots(module, form.e), arguments)
        elif by_dots == "where thin":
            with builder.if_else(builder.icmp_signed("<=", rows, integer(_THIN))) as (thin, thick):
                with thin:
                    arguments = [c, c_row, size, left, a_row, right, b_col, rows, cols, depth, adds]
                    builder.call(dots(module, form.e), arguments)
                with thick:
                    by_tiles()
        else:
            by_tiles()
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
        acc: f32 or f64 scratch array of compile-time shape (MB, NB); elements beyond rows x cols keep their values.
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
