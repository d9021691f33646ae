"""``block_product``: one block of a matrix product, for generated kernels."""

# mypy: allow-untyped-calls, allow-untyped-decorators, disable-error-code="import-untyped"

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.core.cgutils import for_range
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from .memory import View


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
    leading = acc.extents[1]

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(position: int) -> Any:
            return make_array(signature.args[position])(context, builder, args[position]).data

        def number(position: int) -> Any:
            return context.cast(builder, args[position], signature.args[position], types.intp)

        a_start, a_row, a_col, b_start, b_row, b_col, rows, cols, depth = map(number, (2, 3, 4, 6, 7, 8, 9, 10, 11))
        target, left, right = data(0), builder.gep(data(1), [a_start]), builder.gep(data(5), [b_start])
        width = context.get_constant(types.intp, leading)
        zero = context.get_data_type(acc.dtype)(0)
        with for_range(builder, rows) as row:
            line = builder.gep(target, [builder.mul(row.index, width)])
            with for_range(builder, cols) as col:
                builder.store(zero, builder.gep(line, [col.index]))
            with for_range(builder, depth) as k:
                offset = builder.add(builder.mul(row.index, a_row), builder.mul(k.index, a_col))
                factor = builder.load(builder.gep(left, [offset]))
                source = builder.gep(right, [builder.mul(k.index, b_row)])
                with for_range(builder, cols) as col:
                    place = builder.gep(line, [col.index])
                    other = builder.load(builder.gep(source, [builder.mul(col.index, b_col)]))
                    builder.store(builder.fadd(builder.load(place), builder.fmul(factor, other)), place)
        return context.get_dummy_value()

    arguments = (acc, a, a_start, a_row, a_col, b, b_start, b_row, b_col, rows, cols, depth)
    return types.none(*arguments), codegen
